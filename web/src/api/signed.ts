/**
 * Requests of the session that the browser's cookie stands for. What changes something carries the session's token,
 * which no other site's page can know.
 *
 *   403 forged      the session is another one than the token's, as after signing in in another tab: asked for, once
 *   401             the session has ended
 */
const HEADER = "X-CSRF-Token";

/** What src/account/who.ts knows of the session. */
export const session = {
  token: null as string | null,
  /** Asks the server for the token of the session there is; null where there is none. */
  renew: async (): Promise<string | null> => null,
  ended: (): void => {},
};

export async function signed(request: Request): Promise<Response> {
  if (request.method === "GET") return watched(await fetch(request));
  const body = await request.arrayBuffer(); // whole: that of a cloned request is a stream, of a length nobody knows
  const response = await send(request, body, session.token);
  if (!(await isForged(response))) return watched(response);
  const token = await session.renew();
  return watched(token ? await send(request, body, token) : response);
}

function send(
  { url, method, headers, signal, credentials }: Request,
  body: ArrayBuffer,
  token: string | null,
): Promise<Response> {
  const signed = new Headers(headers);
  if (token) signed.set(HEADER, token);
  return fetch(url, {
    method,
    headers: signed,
    signal,
    credentials,
    ...(body.byteLength > 0 && { body }),
  });
}

function watched(response: Response): Response {
  if (response.status === 401 && session.token) session.ended();
  return response;
}

async function isForged(response: Response): Promise<boolean> {
  if (response.status !== 403) return false;
  const problem: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  const { type } = (problem ?? {}) as { type?: string };
  return type?.endsWith("#forged") ?? false;
}
