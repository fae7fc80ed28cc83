/** The reader on the server: POST /api/v1/read with the picture as PNG. */
import { api } from "../api/client";
import { greyOfDataUrl, pngOf } from "./canvas";
import { type Problem, ReaderError } from "./errors";
import type { Alphabet, GreyPicture, Reader, Reading } from "./types";

/** The reader of `alphabet`, null for one digit, on the server this page comes from. */
export function serverReader(alphabet: Alphabet | null): Reader {
  return { where: "server", read: (picture, signal) => read(picture, alphabet, signal) };
}

async function read(picture: GreyPicture, alphabet: Alphabet | null, signal?: AbortSignal): Promise<Reading> {
  const png = await pngOf(picture);
  try {
    const { data, error, response } = await api.POST("/api/v1/read", {
      params: { query: alphabet === null ? {} : { alphabet } },
      body: png as unknown as string, // as the schema types what is binary
      bodySerializer: () => png,
      headers: { "Content-Type": "image/png" },
      signal: signal ?? null,
    });
    if (!data) throw refusal(response, error);
    const seen = data.seen ? await greyOfDataUrl(data.seen) : null;
    return { ...data, seen, where: "server" };
  } catch (error) {
    if (error instanceof ReaderError) throw error;
    if (signal?.aborted) throw new ReaderError("aborted", "no longer asked for");
    throw new ReaderError("offline", "The server cannot be reached.");
  }
}

/** What stands in a problem, or in whatever a proxy between here and there has answered. */
function refusal({ status, statusText }: Response, error: unknown): ReaderError {
  const { title, detail = "" } = (typeof error === "object" ? error : {}) as Partial<Problem>;
  if (title) return new ReaderError("refused", detail || title, { title, detail, status });
  // a gateway whose server is away answers in its place
  if (status >= 502 && status <= 504) return new ReaderError("offline", "The server cannot be reached.");
  const said = `The server answered with ${status} ${statusText}.`;
  return new ReaderError("refused", said, { title: said, detail: "", status });
}
