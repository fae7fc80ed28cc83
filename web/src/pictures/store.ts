import { create } from "zustand";
import { ask, forget, type Subject, useAnswer } from "../answer/reads";
import { currentReader, onReaderChange } from "../app/engine";
import type { Mode } from "../app/modes";
import { tell } from "../app/notices";
import { useSettings } from "../app/settings";
import { amended } from "../page/glyphs";
import { forgetMarks, useMarks } from "../page/marks";
import {
  type Box,
  decodePicture,
  type GreyPicture,
  type Reader,
  ReaderError,
  type Reading,
} from "../readers";
import { cropped, isWhole, spanned, whole } from "./crop";
import { toDataUrl } from "./encode";

/** A picture file, and what was read in it. */
export interface Item {
  id: number;
  name: string;
  file: Blob;
  url: string; // of the file, for <img>
  reading: Reading | null;
  problem: string; // why there is no reading, "" where there is one or will be
}

/** The picture being looked at, and the part of it that is read. */
export interface Opened {
  id: number;
  picture: GreyPicture;
  box: Box;
}

interface Pictures {
  items: Item[];
  opened: Opened | null;
}

export const usePictures = create<Pictures>(() => ({ items: [], opened: null }));

const PATIENCE = 20; // times one second, where the server asks for a pause
const AROUND = 0.25; // of a glyph's longer side: what is sent with it to correct it
let lastId = 0;
let readIn: Mode = "digit"; // the mode that the items were read in
let round = 0; // of `add`: an earlier one stops where a later one has begun

/** Takes the place of the pictures before: opens a single one, reads several one after the other. */
export async function add(files: readonly File[]): Promise<void> {
  if (files.length === 0) return tell.noPictureThere();
  const mine = ++round;
  const [only] = files;
  const single = only && files.length === 1;
  const picture = single ? await decoded(only) : null;
  if (mine !== round || (single && !picture)) return;
  for (const { url } of usePictures.getState().items) URL.revokeObjectURL(url);
  const items = files.map(
    (file): Item => ({
      id: ++lastId,
      name: file.name || "picture",
      file,
      url: URL.createObjectURL(file),
      reading: null,
      problem: "",
    }),
  );
  usePictures.setState({ items, opened: null });
  readIn = useSettings.getState().mode;
  forgetAll();
  if (picture) look(lastId, picture);
  else await readAll(items, () => mine === round);
}

/** Opens one of several. */
export async function openItem(item: Item): Promise<void> {
  const picture = await decoded(item.file, item.name);
  if (picture) look(item.id, picture);
}

/** Back to all of them. */
export function closeItem(): void {
  usePictures.setState({ opened: null });
  forgetAll();
}

/** Reads another part of the opened picture. */
export function crop(box: Box): void {
  const { opened } = usePictures.getState();
  if (!opened) return;
  usePictures.setState({ opened: { ...opened, box } });
  ask(subject({ ...opened, box }));
}

/** Reads the opened picture again, as on coming back to it; all of them where they were read in another mode. */
export function readAgain(): void {
  const { opened, items } = usePictures.getState();
  const { mode } = useSettings.getState();
  forgetAll();
  if (opened) ask(subject(opened));
  if (mode === readIn) return;
  readIn = mode;
  const mine = ++round;
  const unread = items.map((item): Item => ({ ...item, reading: null, problem: "" }));
  usePictures.setState({ items: unread });
  if (items.length > 1) void readAll(unread, () => mine === round);
}

/** Shows no answer, and leaves the glyphs pointed at. */
export function forgetAll(): void {
  forget();
  forgetMarks();
}

function look(id: number, picture: GreyPicture): void {
  const opened = { id, picture, box: whole(picture) };
  usePictures.setState({ opened });
  forgetMarks();
  ask(subject(opened));
}

function subject({ id, picture, box }: Opened): Subject {
  const { mode } = useSettings.getState();
  const part = () => cropped(picture, box);
  const common: Subject = {
    key: `picture ${id} ${mode} ${[box.x, box.y, box.width, box.height].map(Math.round)}`,
    picture: part,
    toCorrect: () => ({ picture: toDataUrl(part()) }),
  };
  if (mode === "digit") return common;
  return {
    ...common,
    shown(reading) {
      const [left, top] = isWhole(box, picture) ? [0, 0] : [Math.round(box.x), Math.round(box.y)];
      const moved = ({ x, y, ...size }: Box): Box => ({ x: x + left, y: y + top, ...size });
      const glyphs = reading.glyphs.map((glyph) => ({ ...glyph, box: moved(glyph.box) }));
      return amended({ ...reading, glyphs }, useMarks.getState().amendments);
    },
    glyphToCorrect(index) {
      const glyph = useAnswer.getState().reading?.glyphs[index];
      return glyph ? { picture: toDataUrl(cropped(picture, around(glyph.box, picture))) } : null;
    },
  };
}

/** A glyph's box and the paper around it, as far as the picture goes. */
function around({ x, y, width, height }: Box, picture: GreyPicture): Box {
  const edge = AROUND * Math.max(width, height);
  return spanned([x - edge, y - edge], [x + width + edge, y + height + edge], picture);
}

async function decoded(file: Blob, name = "name" in file ? String(file.name) : "picture") {
  try {
    return await decodePicture(file);
  } catch (error) {
    tell.noPicture(name || "picture", reason(error));
    return null;
  }
}

async function readAll(items: readonly Item[], wanted: () => boolean): Promise<void> {
  let bad = 0;
  for (const { id, file } of items) {
    const result = await readOne(file, wanted);
    if (!wanted()) return;
    if (result.problem) bad++;
    usePictures.setState((state) => ({
      items: state.items.map((item) => (item.id === id ? { ...item, ...result } : item)),
    }));
  }
  if (bad > 0) tell.someNotRead(bad, items.length);
}

async function readOne(file: Blob, wanted: () => boolean): Promise<Pick<Item, "reading" | "problem">> {
  try {
    const picture = await decodePicture(file);
    for (let tries = 1; ; tries++) {
      const reader = await readerAtHand();
      try {
        return { reading: await reader.read(picture), problem: "" };
      } catch (error) {
        const busy = error instanceof ReaderError && error.problem?.status === 429;
        if (!busy || tries > PATIENCE || !wanted()) throw error;
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  } catch (error) {
    return { reading: null, problem: reason(error) };
  }
}

/** The reader in force, once there is one. */
function readerAtHand(): Promise<Reader> {
  return new Promise((resolve) => {
    const now = currentReader();
    if (now) return resolve(now);
    const stop = onReaderChange(() => {
      const reader = currentReader();
      if (!reader) return;
      stop();
      resolve(reader);
    });
  });
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
