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
  const again = request.clone();
  if (session.token) request.headers.set(HEADER, session.token);
  const response = await fetch(request);
  if (!(await isForged(response))) return watched(response);
  const token = await session.renew();
  if (!token) return watched(response);
  again.headers.set(HEADER, token);
  return watched(await fetch(again));
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
