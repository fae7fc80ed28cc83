import { ReaderError } from "./errors";

/** The bytes at `url`; `onBytes` hears of each part as it comes. Rejects with ReaderError "offline". */
export async function download(
  url: string,
  onBytes: (count: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const response = await fetch(url);
    if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`);
    const counting = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(part, controller) {
        onBytes(part.length);
        controller.enqueue(part);
      },
    });
    return new Uint8Array(await new Response(response.body.pipeThrough(counting)).arrayBuffer());
  } catch (error) {
    throw new ReaderError("offline", `The reader for this device could not be downloaded: ${said(error)}`);
  }
}

/** What an error says, whatever was thrown. */
export function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
