import { create } from "zustand";
import { currentReader } from "../app/engine";
import { tell } from "../app/notices";
import { useSettings } from "../app/settings";
import { type GreyPicture, type Reader, ReaderError, type Reading } from "../readers";
import { Latest } from "./latest";

/** What can be read: the drawing as it is now, or a picture. */
export interface Subject {
  key: string; // another one for anything else to read
  picture(): GreyPicture;
  toCorrect(): Correctable;
  /** Of many glyphs: their boxes in px of what is shown, and what a person said of them. */
  shown?(reading: Reading): Reading;
  /** The one glyph of the reading shown, by its index, to correct it alone; null where it has no ink of its own. */
  glyphToCorrect?(index: number): Correctable | null;
}

/** The same as the API takes it. */
export type Correctable = { strokes: number[][][]; width: number; height: number } | { picture: string }; // a data URL

interface Answer {
  subject: Subject | null; // of the reading shown
  reading: Reading | null;
  state: "still" | "waiting" | "failed"; // waiting for a reader, or for its answer
}

export const useAnswer = create<Answer>(() => ({ subject: null, reading: null, state: "still" }));

const LONGEST_REST = 500; // ms
const SERVER_PAUSE = 120; // ms between two reads by the server: enough for the eye, bearable for it

const reads = new Latest<Subject>(read, delay);
let lost: Subject | null = null; // could not be read
let lastStart = Number.NEGATIVE_INFINITY; // ms
let restsUntil = Number.NEGATIVE_INFINITY; // ms
let answered: Reading | null = null; // as the reader gave what is shown

/** Reads `subject` as soon as the read under way is done; of several that wait, the newest wins. */
export function ask(subject: Subject): void {
  lost = null;
  useAnswer.setState({ state: "waiting" });
  reads.add(subject);
}

/** Shows no answer, nor one that is still to come. */
export function forget(): void {
  lost = null;
  answered = null;
  restsUntil = Number.NEGATIVE_INFINITY;
  reads.drop();
  useAnswer.setState({ subject: null, reading: null, state: "still" });
}

/** Shows the reading anew: for when a person has said more of its glyphs. */
export function amendAnswer(): void {
  const { subject } = useAnswer.getState();
  if (subject?.shown && answered) useAnswer.setState({ reading: subject.shown(answered) });
}

/** Reads again what is shown, waited for or failed: for when the reader has become another one. */
export function askAgain(): void {
  const subject = reads.waiting ?? lost ?? useAnswer.getState().subject;
  if (subject) ask(subject);
}

function delay(): number {
  const reader = currentReader();
  if (!reader) return Number.POSITIVE_INFINITY; // askAgain comes when the device is ready
  const begins = reader.where === "server" ? Math.max(restsUntil, lastStart + SERVER_PAUSE) : restsUntil;
  return Math.max(0, begins - performance.now());
}

async function read(subject: Subject, signal: AbortSignal): Promise<void> {
  const reader = currentReader();
  if (!reader) return;
  lastStart = performance.now();
  try {
    const reading = await reader.read(subject.picture(), signal);
    if (signal.aborted) return;
    if (useSettings.getState().mode !== "digit") rest();
    answered = reading;
    const shown = subject.shown?.(reading) ?? reading;
    useAnswer.setState({ subject, reading: shown, state: reads.waiting ? "waiting" : "still" });
  } catch (error) {
    if (!signal.aborted) fail(subject, reader, error);
  }
}

/** A page takes long to read: as long as it took, the pen has the device for itself. */
function rest(): void {
  const now = performance.now();
  restsUntil = now + Math.min(now - lastStart, LONGEST_REST);
}

function fail(subject: Subject, reader: Reader, error: unknown): void {
  lost = subject;
  useAnswer.setState({ subject: null, reading: null, state: reads.waiting ? "waiting" : "failed" });
  if (!(error instanceof ReaderError && error.kind === "offline")) tell.notRead(reason(error));
  else if (reader.where === "server") tell.serverAway(); // else the device tells why it failed
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
