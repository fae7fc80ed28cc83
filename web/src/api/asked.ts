/** Answers of the API as values, and its problems (RFC 9457) as the one error. */

/** Why the server did not do what was asked, in words for people. */
export class NotDone extends Error {
  readonly status: number; // 0 where it could not be reached
  readonly kind: string; // last part of the problem's type, such as "conflict"; "" where it said none

  constructor(status: number, kind: string, message: string) {
    super(message);
    this.name = "NotDone";
    this.status = status;
    this.kind = kind;
  }
}

const AWAY = "The server cannot be reached. Try again when it is back.";

/** What the server answered; rejects with NotDone. */
export async function asked<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer: { data?: T; error?: unknown; response: Response };
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new NotDone(0, "", AWAY);
  }
  if (answer.response.ok) return answer.data as T;
  throw notDone(answer.response.status, answer.error);
}

/** The error that a problem is, or whatever a proxy between here and there has answered. */
export function notDone(status: number, problem: unknown): NotDone {
  const { type, title, detail } = (typeof problem === "object" && problem ? problem : {}) as Record<
    string,
    unknown
  >;
  const said = [detail, title].find((text) => typeof text === "string" && text !== "");
  if (said) return new NotDone(status, String(type ?? "").split("#")[1] ?? "", sentence(String(said)));
  // a gateway whose server is away answers in its place
  const away = status >= 502 && status <= 504;
  return new NotDone(status, "", away ? AWAY : `The server answered with ${status}. Try again in a moment.`);
}

/** Why, for people; an error of another kind is one of this page. */
export function whyNot(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Problems are written in the middle of a sentence; people read whole ones. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? "" : ".");
}
