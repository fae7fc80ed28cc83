import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { session, signed } from "./signed";

/** A server that takes changes with one token only. */
class Server {
  token = "one";
  status = 200;
  readonly asked: { method: string; token: string | null; body: string }[] = [];

  readonly fetch = async (...what: ConstructorParameters<typeof Request>): Promise<Response> => {
    const request = new Request(...what);
    const token = request.headers.get("X-CSRF-Token");
    this.asked.push({ method: request.method, token, body: await request.text() });
    if (request.method === "GET" || token === this.token) return new Response(null, { status: this.status });
    return Response.json({ type: "/docs#forged", detail: "expected the token" }, { status: 403 });
  };
}

const change = (body = "{}") => new Request("http://host/api/v1/keys", { method: "POST", body });
let server: Server;

beforeEach(() => {
  server = new Server();
  vi.stubGlobal("fetch", server.fetch);
  session.token = "one";
  session.renew = async () => null;
  session.ended = () => {};
});
afterEach(() => vi.unstubAllGlobals());

describe("a request of a session", () => {
  it("carries its token where it changes something, and nowhere else", async () => {
    await signed(change());
    await signed(new Request("http://host/api/v1/keys"));
    expect(server.asked.map(({ token }) => token)).toEqual(["one", null]);
  });

  it("is sent once more, whole, where the session has become another one", async () => {
    server.token = "two";
    session.renew = async () => "two";
    expect((await signed(change("all of it"))).status).toBe(200);
    expect(server.asked.map(({ token, body }) => [token, body])).toEqual([
      ["one", "all of it"],
      ["two", "all of it"],
    ]);
  });

  it("is sent no more than twice", async () => {
    server.token = "three";
    session.renew = async () => "two";
    expect((await signed(change())).status).toBe(403);
    expect(server.asked).toHaveLength(2);
  });

  it("is not sent again where nobody is signed in", async () => {
    server.token = "two";
    expect((await signed(change())).status).toBe(403);
    expect(server.asked).toHaveLength(1);
  });

  it("tells when the session has ended, and of no end where there was none", async () => {
    const ended = vi.fn();
    session.ended = ended;
    server.status = 401;
    await signed(change());
    expect(ended).toHaveBeenCalledTimes(1);
    session.token = null;
    await signed(new Request("http://host/api/v1/account"));
    expect(ended).toHaveBeenCalledTimes(1);
  });
});
