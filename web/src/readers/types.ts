/** A grey picture, row by row, 0 is black and 255 white. */
export interface GreyPicture {
  width: number; // px
  height: number; // px
  pixels: Uint8Array; // width * height
}

/** One label a glyph may be, with its calibrated probability 0-1. */
export interface Candidate {
  label: string;
  probability: number;
}

/** Where a glyph stands, in px of the picture: left, top, width, height. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** One written character: its box and every label by falling probability. */
export interface Glyph {
  box: Box;
  candidates: Candidate[];
  amended?: string; // what a person says it is, "" for no character; no reader sets it
}

/** One line of writing: its text, and its glyphs, those from `first` to before `end`. */
export interface Line {
  text: string;
  first: number;
  end: number;
}

/** A part of a page file's labels by name: what a picture may hold. */
export type Alphabet = "number" | "letters" | "anything";

/** Where a picture was read. */
export type Where = "device" | "server";

/** The answer to one picture; the words are those of Python's `Reading`. */
export interface Reading {
  text: string; // "" where nothing was read; lines are parted by "\n"
  confidence: number; // probability of `text`, 0-1
  unsure: string[]; // "nothing drawn", "not a digit", "torn between 1 and 7"; empty when sure
  model: string;
  glyphs: Glyph[]; // in reading order
  lines: Line[];
  seen: Uint8Array | null; // 28x28, 255 is ink: what the network saw of a single glyph
  milliseconds: number; // of the reader, not of the network
  where: Where;
}

/** Reads a picture, wherever it does so. */
export interface Reader {
  readonly where: Where;
  /** Rejects with a ReaderError. */
  read(picture: GreyPicture, signal?: AbortSignal): Promise<Reading>;
}

/** How far the reader on this device is from reading. */
export type DeviceState =
  | { state: "idle" }
  | { state: "loading"; received: number; total: number | null } // bytes
  | { state: "ready"; model: string }
  | { state: "failed"; reason: string };

/** A model file's reader on this device and how far it has come. */
export interface DeviceReader {
  /** The reader of an alphabet, null for one digit; the same object each time. */
  reader(alphabet: Alphabet | null): Reader;
  /** The same object until something has changed. */
  state(): DeviceState;
  /** Calls `listener` after each change of state; the answer ends that. */
  subscribe(listener: () => void): () => void;
  /** Starts the download, once; after a failure, again. */
  load(): void;
}

export const NOTHING_DRAWN = "nothing drawn";
export const NOTHING_TO_READ = "nothing to read";
export const NOT_A_DIGIT = "not a digit";
