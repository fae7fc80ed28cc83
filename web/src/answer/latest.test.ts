import { expect, it } from "vitest";
import { Latest } from "./latest";

/** A queue whose jobs end when told to. */
function queue(delay: () => number = () => 0) {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const signals: AbortSignal[] = [];
  const run = (job: string, signal: AbortSignal) => {
    begun.push(job);
    signals.push(signal);
    return new Promise<void>((resolve) => ends.push(resolve));
  };
  const end = async () => {
    ends.shift()?.();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { latest: new Latest(run, delay), begun, signals, end };
}

it("begins at once", () => {
  const { latest, begun } = queue();
  latest.add("a");
  expect(begun).toEqual(["a"]);
  expect(latest.waiting).toBeNull();
});

it("does one at a time, and of those that came meanwhile the newest", async () => {
  const { latest, begun, end } = queue();
  for (const job of ["a", "b", "c"]) latest.add(job);
  expect(begun).toEqual(["a"]);
  await end();
  expect(begun).toEqual(["a", "c"]);
  await end();
  expect(begun).toEqual(["a", "c"]);
});

it("aborts what is dropped and goes on with what comes after it", async () => {
  const { latest, begun, signals, end } = queue();
  latest.add("a");
  latest.add("b");
  latest.drop();
  expect(signals[0]?.aborted).toBe(true);
  latest.add("c");
  expect(begun).toEqual(["a", "c"]);
  await end(); // of a, which must not begin anything
  latest.add("d");
  expect(begun).toEqual(["a", "c"]);
});

it("waits until it may begin", () => {
  let ready = false;
  const { latest, begun } = queue(() => (ready ? 0 : Number.POSITIVE_INFINITY));
  latest.add("a");
  latest.add("b");
  expect(begun).toEqual([]);
  ready = true;
  latest.start();
  expect(begun).toEqual(["b"]);
});

it("makes a pause and then takes what is the newest by then", async () => {
  let pause = 5;
  const { latest, begun } = queue(() => pause);
  latest.add("a");
  latest.add("b");
  pause = 0;
  await expect.poll(() => begun).toEqual(["b"]);
});
