import { create } from "zustand";
import { ask, forget, type Subject } from "../answer/reads";
import { currentReader, onReaderChange } from "../app/engine";
import { tell } from "../app/notices";
import {
  type Box,
  decodePicture,
  type GreyPicture,
  type Reader,
  ReaderError,
  type Reading,
} from "../readers";
import { cropped, whole } from "./crop";
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
let lastId = 0;
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
  forget();
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
  forget();
}

/** Reads another part of the opened picture. */
export function crop(box: Box): void {
  const { opened } = usePictures.getState();
  if (!opened) return;
  usePictures.setState({ opened: { ...opened, box } });
  ask(subject({ ...opened, box }));
}

/** Reads the opened picture again, as on coming back to it. */
export function readOpened(): void {
  const { opened } = usePictures.getState();
  if (opened) ask(subject(opened));
}

function look(id: number, picture: GreyPicture): void {
  usePictures.setState({ opened: { id, picture, box: whole(picture) } });
  readOpened();
}

function subject({ id, picture, box }: Opened): Subject {
  const part = () => cropped(picture, box);
  return {
    key: `picture ${id} ${[box.x, box.y, box.width, box.height].map(Math.round)}`,
    picture: part,
    toCorrect: () => ({ picture: toDataUrl(part()) }),
  };
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
