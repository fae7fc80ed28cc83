import { describe, expect, test, vi } from "vitest";
import { readerBy } from "./device";
import type { GreyPicture, Reading } from "./types";
import type { Message, Question } from "./worker";

/** Answers when the test says so. */
class SlowWorker {
  asked: Question[] = [];
  ended = false;
  onmessage: ((event: MessageEvent<Message>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;

  postMessage(question: Question): void {
    this.asked.push(question);
  }

  terminate(): void {
    this.ended = true;
  }

  tell(data: Message): void {
    this.onmessage?.({ data } as MessageEvent<Message>);
  }

  answer(text: string): void {
    this.tell({ tells: "reading", reading: { text } as Reading });
  }
}

function setUp() {
  const workers: SlowWorker[] = [];
  const device = readerBy(() => {
    workers.push(new SlowWorker());
    return workers.at(-1) as unknown as Worker;
  });
  const worker = () => workers.at(-1) as SlowWorker;
  const reader = device.reader(null);
  return {
    ...device,
    reader,
    device,
    workers,
    worker,
    ready: () => worker().tell({ tells: "ready", model: "test@0" }),
  };
}

function picture(width: number): GreyPicture {
  return { width, height: 1, pixels: new Uint8Array(width) };
}

describe("before it is ready", () => {
  test("nothing is downloaded until somebody asks for it, and then once", () => {
    const { load, workers, state } = setUp();
    expect(state()).toEqual({ state: "idle" });
    expect(workers).toHaveLength(0);
    load();
    load();
    expect(workers).toHaveLength(1);
  });

  test("who listens hears how far it is, until they stop", () => {
    const { load, worker, subscribe, state, ready } = setUp();
    const listener = vi.fn();
    const stop = subscribe(listener);
    load();
    worker().tell({ tells: "loading", received: 5, total: 10 });
    expect(state()).toEqual({ state: "loading", received: 5, total: 10 });
    expect(listener).toHaveBeenCalledTimes(2);
    stop();
    ready();
    expect(listener).toHaveBeenCalledTimes(2);
    expect(state()).toEqual({ state: "ready", model: "test@0" });
  });

  test("a picture waits, and is read as soon as it can be", async () => {
    const { reader, worker, ready } = setUp();
    const reading = reader.read(picture(1));
    expect(worker().asked).toEqual([]);
    ready();
    worker().answer("7");
    expect((await reading).text).toBe("7");
  });

  test("a picture that a listener asks for on its becoming ready is answered", async () => {
    const { load, reader, worker, subscribe, state, ready } = setUp();
    let reading: Promise<Reading> | undefined;
    subscribe(() => {
      if (state().state === "ready") reading = reader.read(picture(1));
    });
    load();
    ready();
    worker().answer("7");
    expect((await reading)?.text).toBe("7");
  });
});

describe("reading", () => {
  test("one picture after the other, in the order they came", async () => {
    const { reader, worker, load, ready } = setUp();
    load();
    ready();
    const readings = [1, 2].map((width) => reader.read(picture(width)));
    expect(worker().asked).toHaveLength(1);
    worker().answer("one");
    worker().answer("two");
    expect((await Promise.all(readings)).map(({ text }) => text)).toEqual(["one", "two"]);
    expect(worker().asked.map(({ picture }) => picture.width)).toEqual([1, 2]);
  });

  test("a picture no longer asked for is not read, the next one is", async () => {
    const { reader, worker, load, ready } = setUp();
    load();
    ready();
    const gone = new AbortController();
    const first = reader.read(picture(1));
    const second = reader.read(picture(2), gone.signal);
    const third = reader.read(picture(3));
    gone.abort();
    await expect(second).rejects.toMatchObject({ kind: "aborted" });
    worker().answer("one");
    worker().answer("three");
    expect((await first).text).toBe("one");
    expect((await third).text).toBe("three");
    expect(worker().asked.map(({ picture }) => picture.width)).toEqual([1, 3]);
  });

  test("each alphabet has a reader of its own, the same each time, by the one worker", async () => {
    const { device, worker, load, ready, workers } = setUp();
    expect(device.reader("number")).toBe(device.reader("number"));
    expect(device.reader("number")).not.toBe(device.reader("letters"));
    load();
    ready();
    const readings = [device.reader("number").read(picture(1)), device.reader("letters").read(picture(1))];
    worker().answer("10");
    worker().answer("IO");
    expect((await Promise.all(readings)).map(({ text }) => text)).toEqual(["10", "IO"]);
    expect(worker().asked.map(({ alphabet }) => alphabet)).toEqual(["number", "letters"]);
    expect(workers).toHaveLength(1);
  });

  test("the answer to an aborted picture is not taken for that of the next", async () => {
    const { reader, worker, load, ready } = setUp();
    load();
    ready();
    const gone = new AbortController();
    const first = reader.read(picture(1), gone.signal);
    gone.abort();
    await expect(first).rejects.toMatchObject({ kind: "aborted" });
    const second = reader.read(picture(2));
    worker().answer("one");
    worker().answer("two");
    expect((await second).text).toBe("two");
  });

  test("a picture that cannot be read is an error, and the next one is read", async () => {
    const { reader, worker, load, ready } = setUp();
    load();
    ready();
    const first = reader.read(picture(1));
    const second = reader.read(picture(2));
    worker().tell({ tells: "error", reason: "too large" });
    worker().answer("two");
    await expect(first).rejects.toMatchObject({ kind: "bad-picture", message: "too large" });
    expect((await second).text).toBe("two");
  });
});

describe("where it does not come", () => {
  test("those who wait are told why, and so is who asks later", async () => {
    const { reader, worker, state } = setUp();
    const waiting = reader.read(picture(1));
    worker().tell({ tells: "failed", reason: "no network" });
    await expect(waiting).rejects.toMatchObject({ kind: "offline", message: "no network" });
    await expect(reader.read(picture(2))).rejects.toMatchObject({ kind: "offline" });
    expect(state()).toEqual({ state: "failed", reason: "no network" });
    expect(worker().ended).toBe(true);
  });

  test("it can be tried again", async () => {
    const { reader, worker, workers, load, ready } = setUp();
    load();
    worker().tell({ tells: "failed", reason: "no network" });
    load();
    expect(workers).toHaveLength(2);
    ready();
    const reading = reader.read(picture(1));
    worker().answer("7");
    expect((await reading).text).toBe("7");
  });
});
