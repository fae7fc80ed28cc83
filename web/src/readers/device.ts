/** The readers on this device, as the page sees them: a worker each, started by `load`, asked one picture at a time. */
import { ReaderError } from "./errors";
import type { Alphabet, DeviceReader, DeviceState, GreyPicture, Reader, Reading } from "./types";
import type { Message, Question } from "./worker";

interface Job {
  question: Question;
  resolve(reading: Reading): void;
  reject(error: ReaderError): void;
}

// The worker's name is that of the model file; a page file is downloaded by nobody who reads single digits.
const digits = readerBy(
  () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "digits" }),
);
const page = readerBy(
  () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "page" }),
);

/** The model files' readers on this device, whether or not they are loaded. */
export const deviceReaders: readonly DeviceReader[] = [digits, page];

/** The one that reads `alphabet`, null for one digit. */
export function deviceReader(alphabet: Alphabet | null): DeviceReader {
  return alphabet === null ? digits : page;
}

/** A reader by the worker that `start` starts. */
export function readerBy(start: () => Worker): DeviceReader {
  let state: DeviceState = { state: "idle" };
  let worker: Worker | undefined;
  let current: Job | undefined; // what the worker is at
  let queue: Job[] = [];
  const readers = new Map<Alphabet | null, Reader>();
  const listeners = new Set<() => void>();

  function become(next: DeviceState): void {
    state = next;
    for (const listener of listeners) listener();
  }

  function load(): void {
    if (state.state !== "idle" && state.state !== "failed") return;
    become({ state: "loading", received: 0, total: null });
    worker = start();
    worker.onmessage = ({ data }: MessageEvent<Message>) => hear(data);
    worker.onerror = ({ message }) => fail(message || "its script could not be loaded");
  }

  function hear(message: Message): void {
    switch (message.tells) {
      case "loading":
        become({ state: "loading", received: message.received, total: message.total });
        break;
      case "ready":
        become({ state: "ready", model: message.model });
        next();
        break;
      case "failed":
        fail(message.reason);
        break;
      case "reading":
        finished()?.resolve(message.reading);
        break;
      case "error":
        finished()?.reject(new ReaderError("bad-picture", message.reason));
        break;
    }
  }

  function finished(): Job | undefined {
    const job = current;
    current = undefined;
    next();
    return job;
  }

  function next(): void {
    if (current || state.state !== "ready") return;
    current = queue.shift();
    // Copied, not transferred: the caller keeps its pixels, and 280x280 of them are copied in microseconds.
    if (current) worker?.postMessage(current.question);
  }

  function fail(reason: string): void {
    worker?.terminate();
    const lost = current ? [current, ...queue] : queue;
    current = undefined;
    queue = [];
    for (const job of lost) job.reject(new ReaderError("offline", reason));
    become({ state: "failed", reason });
  }

  /** Reads as soon as the worker is ready. A picture no longer asked for is not read. */
  function read(question: Question, signal?: AbortSignal): Promise<Reading> {
    return new Promise((resolve, reject) => {
      const aborted = new ReaderError("aborted", "no longer asked for");
      if (signal?.aborted) return reject(aborted);
      if (state.state === "idle") load();
      if (state.state === "failed") return reject(new ReaderError("offline", state.reason));

      const job = { question, resolve, reject };
      queue.push(job);
      signal?.addEventListener(
        "abort",
        () => {
          queue = queue.filter((waiting) => waiting !== job);
          reject(aborted);
        },
        { once: true },
      );
      next();
    });
  }

  function reader(alphabet: Alphabet | null): Reader {
    const known = readers.get(alphabet);
    if (known) return known;
    const made: Reader = {
      where: "device",
      read: (picture: GreyPicture, signal) => read({ picture, alphabet }, signal),
    };
    readers.set(alphabet, made);
    return made;
  }

  return {
    reader,
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    load,
  };
}
