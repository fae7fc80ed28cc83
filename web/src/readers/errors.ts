/** What the server said about a request it refused: RFC 9457. */
export interface Problem {
  title: string;
  detail: string;
  status: number;
}

/**
 * Why there is no reading.
 *
 * offline      the server, or the model file, could not be reached
 * refused      the server answered with a problem
 * bad-picture  the file is no picture, or too large for one
 * aborted      the caller no longer wants to know
 */
export type ReaderErrorKind = "offline" | "refused" | "bad-picture" | "aborted";

/** The one error of this folder. */
export class ReaderError extends Error {
  readonly kind: ReaderErrorKind;
  readonly problem?: Problem;

  constructor(kind: ReaderErrorKind, message: string, problem?: Problem) {
    super(message);
    this.name = "ReaderError";
    this.kind = kind;
    if (problem) this.problem = problem;
  }
}
