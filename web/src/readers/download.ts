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

const STORE = "inkread-models"; // of the browser's CacheStorage

/** As `download`; kept in this browser, so that the next time needs no network. */
export async function downloadOnce(
  url: string,
  onBytes: (count: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const store = await openStore();
  const kept = await store?.match(url);
  if (kept) {
    const bytes = new Uint8Array(await kept.arrayBuffer());
    onBytes(bytes.length);
    return bytes;
  }
  const bytes = await download(url, onBytes);
  if (store) await keep(store, url, bytes);
  return bytes;
}

/** Null where there is none, as without https, or where the browser allows none, as in some private windows. */
async function openStore(): Promise<Cache | null> {
  if (typeof caches === "undefined") return null;
  return caches.open(STORE).catch(() => null);
}

/** In the place of an earlier version. Where there is no room it is downloaded again next time. */
async function keep(store: Cache, url: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  try {
    for (const earlier of await store.keys()) await store.delete(earlier);
    await store.put(url, new Response(bytes));
  } catch {
    await store.delete(url).catch(() => false);
  }
}

/** What an error says, whatever was thrown. */
export function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
