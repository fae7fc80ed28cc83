import { describe, expect, it } from "vitest";
import { asked, NotDone, notDone } from "./asked";

const response = (status: number) => new Response(null, { status });

describe("what was asked", () => {
  it("is answered with the data", async () => {
    expect(await asked(Promise.resolve({ data: { name: "Ada" }, response: response(200) }))).toEqual({
      name: "Ada",
    });
  });

  it("that was refused says why in a whole sentence, and of what kind it is", async () => {
    const error = { type: "/docs#conflict", title: "This contradicts", detail: "the name 'Ada' is taken" };
    const refused = asked(Promise.resolve({ error, response: response(409) }));
    await expect(refused).rejects.toMatchObject({
      status: 409,
      kind: "conflict",
      message: "The name 'Ada' is taken.",
    });
  });

  it("of a server that is away says that, too", async () => {
    await expect(asked(Promise.reject(new TypeError("Failed to fetch")))).rejects.toMatchObject({
      status: 0,
      message: "The server cannot be reached. Try again when it is back.",
    });
  });

  it("and is no longer wanted is no problem to tell of", async () => {
    const aborted = asked(Promise.reject(new DOMException("no longer", "AbortError")));
    await expect(aborted).rejects.not.toBeInstanceOf(NotDone);
  });
});

it("a gateway in front of a server that is away says no more than that", () => {
  expect(notDone(502, "<html>Bad gateway</html>").message).toContain("cannot be reached");
  expect(notDone(500, null).message).toBe("The server answered with 500. Try again in a moment.");
});
