/** The reader on the server: POST /api/v1/read with the picture as PNG. */
import { greyOfDataUrl, pngOf } from "./canvas";
import { type Problem, ReaderError } from "./errors";
import type { GreyPicture, Reader, Reading } from "./types";

/** The reader on the server this page comes from. */
export function serverReader(): Reader {
  return { where: "server", read };
}

async function read(picture: GreyPicture, signal?: AbortSignal): Promise<Reading> {
  const body = await pngOf(picture);
  try {
    const response = await fetch("/api/v1/read", { method: "POST", body, signal: signal ?? null });
    if (!response.ok) throw refusal(response, await response.text());
    const { seen, ...reading } = await response.json();
    return { ...reading, seen: seen && (await greyOfDataUrl(seen)), where: "server" };
  } catch (error) {
    if (error instanceof ReaderError) throw error;
    if (signal?.aborted) throw new ReaderError("aborted", "no longer asked for");
    throw new ReaderError("offline", "The server cannot be reached.");
  }
}

/** What stands in a problem, or in whatever a proxy between here and there has answered. */
function refusal({ status, statusText, headers }: Response, body: string): ReaderError {
  if (headers.get("content-type")?.includes("json")) {
    const { title, detail }: Problem = JSON.parse(body);
    return new ReaderError("refused", detail || title, { title, detail, status });
  }
  // a gateway whose server is away answers in its place
  if (status >= 502 && status <= 504) return new ReaderError("offline", "The server cannot be reached.");
  const title = `The server answered with ${status} ${statusText}.`;
  return new ReaderError("refused", title, { title, detail: "", status });
}
