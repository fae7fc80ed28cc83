/** The reader on this device, as the page sees it: one worker, started by `load`, asked one picture at a time. */
import { ReaderError } from "./errors";
import type { DeviceReader, DeviceState, GreyPicture, Reading } from "./types";
import type { Message } from "./worker";

interface Job {
  picture: GreyPicture;
  resolve(reading: Reading): void;
  reject(error: ReaderError): void;
}

let only: DeviceReader | undefined;

/** The one reader on this device. */
export function deviceReader(): DeviceReader {
  only ??= readerBy(
    () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "inkread reader" }),
  );
  return only;
}

/** A reader by the worker that `start` starts. */
export function readerBy(start: () => Worker): DeviceReader {
  let state: DeviceState = { state: "idle" };
  let worker: Worker | undefined;
  let current: Job | undefined; // what the worker is at
  let queue: Job[] = [];
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
    if (current) worker?.postMessage(current.picture);
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
  function read(picture: GreyPicture, signal?: AbortSignal): Promise<Reading> {
    return new Promise((resolve, reject) => {
      const aborted = new ReaderError("aborted", "no longer asked for");
      if (signal?.aborted) return reject(aborted);
      if (state.state === "idle") load();
      if (state.state === "failed") return reject(new ReaderError("offline", state.reason));

      const job = { picture, resolve, reject };
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

  return {
    reader: { where: "device", read },
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    load,
  };
}
