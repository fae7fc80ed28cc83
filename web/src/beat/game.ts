/**
 * The game as it goes: asked -> reading -> told -> asked ...
 *
 *   asked    the person draws; nobody reads yet, or they would draw until it fails
 *   reading  the reader has the drawing
 *   told     what it read; where it failed, the person says whether the drawing is what was asked
 *
 * Rounds and consent are kept in this browser; a drawing is not, once its round is over.
 */
import { create } from "zustand";
import { persist } from "zustand/middleware";
import { correct } from "../answer/correct";
import { LABELS } from "../answer/words";
import { engineOf, readerOf } from "../app/engine";
import { useSettings } from "../app/settings";
import { Drawing } from "../ink/drawing";
import { Plotter } from "../ink/plotter";
import { SQUARE, toLists } from "../ink/stroke";
import { deviceReader, type GreyPicture, ReaderError, type Reading } from "../readers";
import { CHALLENGES, type Challenge } from "./challenges";
import { choose, type End, type Judged, judge, misfit, pointFor, type Round } from "./rules";

const MOST_ROUNDS = 1000; // kept; the oldest go

interface Kept {
  rounds: Round[];
  teaches: boolean; // whether what the reader fails on is sent to the server
}

/** What is kept in this browser. */
export const useKept = create<Kept>()(
  persist((): Kept => ({ rounds: [], teaches: false }), {
    name: "inkread.beat",
    version: 1,
    merge: (kept, fresh) => {
      const { rounds, teaches } = (kept ?? {}) as Partial<Kept>;
      return { rounds: Array.isArray(rounds) ? rounds : fresh.rounds, teaches: teaches === true };
    },
  }),
);

interface Game {
  challenge: Challenge;
  drawing: Drawing;
  phase: "asked" | "reading" | "told";
  reading: Reading | null; // of this round
  judged: Judged | null;
  hint: string; // what stands between the drawing and its reading
  ended: End | null; // how the last round ended
  sent: number; // drawings, since the page was opened
  notSent: string; // why the last one was not
}

export const useGame = create<Game>(() => ({
  ...asked(useKept.getState().rounds),
  ended: null,
  sent: 0,
  notSent: "",
}));

function asked(past: readonly Round[]) {
  return {
    challenge: choose(CHALLENGES, past, Math.random),
    drawing: paper(),
    phase: "asked" as const,
    reading: null,
    judged: null,
    hint: "",
  };
}

/** New paper; who draws on has taken the hint. */
function paper(): Drawing {
  const drawing = new Drawing();
  drawing.subscribe(() => {
    if (useGame.getState().hint) useGame.setState({ hint: "" });
  });
  return drawing;
}

/** The drawing is done: it is read. */
export async function done(): Promise<void> {
  const { challenge, drawing, phase } = useGame.getState();
  if (phase !== "asked") return;
  drawing.end();
  const hint = misfit(challenge, drawing.strokes);
  if (hint) return useGame.setState({ hint });
  useGame.setState({ phase: "reading", hint: "" });
  const isOver = () => useGame.getState().drawing !== drawing; // skipped meanwhile
  try {
    const reading = await read(new Plotter().picture(drawing.strokes));
    if (isOver()) return;
    const judged = judge(challenge, reading);
    if (judged === "nothing") useGame.setState({ phase: "asked", hint: "The reader sees nothing there." });
    else useGame.setState({ phase: "told", reading, judged });
    if (judged === "right") count(pointFor(judged, true));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (!isOver()) useGame.setState({ phase: "asked", hint: `Not read: ${why}` });
  }
}

/** The person's word on a drawing that the reader failed on; the next round begins. */
export function say(asAsked: boolean): void {
  const { challenge, drawing, phase, reading, judged } = useGame.getState();
  if (phase !== "told" || !reading || !judged || judged === "right") return;
  const end = pointFor(judged, asAsked);
  if (end === "you" && __WITH_SERVER__ && useKept.getState().teaches) void teach(challenge, drawing, reading);
  count(end);
  next();
}

export function skip(): void {
  if (useGame.getState().phase === "told") return;
  count("skipped");
  next();
}

/** Another challenge on new paper. */
export function next(): void {
  useGame.setState(asked(useKept.getState().rounds));
}

/** The score begins anew. */
export function startOver(): void {
  useKept.setState({ rounds: [] });
  useGame.setState({ ended: null });
  next();
}

function count(end: End): void {
  const { id } = useGame.getState().challenge;
  useKept.setState(({ rounds }) => ({ rounds: [...rounds, { id, end }].slice(-MOST_ROUNDS) }));
  useGame.setState({ ended: end });
}

/** Sends the drawing with the digit it is, to learn from; the person has agreed. */
async function teach({ digit }: Challenge, { strokes }: Drawing, reading: Reading): Promise<void> {
  const label = LABELS[digit];
  if (!label) return;
  const problem = await correct(label, { strokes: toLists(strokes), ...SQUARE }, reading, { consent: true });
  if (problem) useGame.setState({ notSent: problem });
  else useGame.setState(({ sent }) => ({ sent: sent + 1, notSent: "" }));
}

/** Read by this device as soon as it is ready; by the server where that was chosen, or where this device cannot. */
async function read(picture: GreyPicture): Promise<Reading> {
  const engine = engineOf(useSettings.getState().engine);
  const server = readerOf("server", null);
  if (engine === "server" && server) return server.read(picture);
  const device = deviceReader(null);
  if (device.state().state === "failed") device.load();
  try {
    return await device.reader(null).read(picture);
  } catch (error) {
    const lost = error instanceof ReaderError && error.kind === "offline";
    if (lost && engine === "auto" && server) return server.read(picture);
    throw error;
  }
}
