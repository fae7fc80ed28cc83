/** The reader on this device, in its own thread: downloads, opens, then reads one picture after the other. */
import { download, said } from "./download";
import { MODEL, WASM } from "./files";
import { openSession, type Session } from "./session";
import type { GreyPicture, Reading } from "./types";

/** What the worker tells; asked is it with a GreyPicture, the next one after the answer to the last. */
export type Message =
  | { tells: "loading"; received: number; total: number } // bytes
  | { tells: "ready"; model: string }
  | { tells: "failed"; reason: string }
  | { tells: "reading"; reading: Reading }
  | { tells: "error"; reason: string };

const TOTAL = MODEL.bytes + WASM.bytes;
const WARM_UP_RUNS = 8; // the first takes 300 ms, the eighth as long as any other

let session: Session | undefined;
let received = 0; // bytes
let told = 0; // bytes

self.onmessage = async ({ data }: MessageEvent<GreyPicture>) => {
  try {
    if (!session) throw new Error("expected no picture before the reader is ready; wait for that");
    tell({ tells: "reading", reading: await session.read(data) });
  } catch (error) {
    tell({ tells: "error", reason: said(error) });
  }
};

open().then(
  (opened) => {
    session = opened;
    tell({ tells: "ready", model: opened.model });
  },
  (error: unknown) => tell({ tells: "failed", reason: said(error) }),
);

async function open(): Promise<Session> {
  const [wasm, model] = await Promise.all([download(WASM.url, count), download(MODEL.url, count)]);
  const opened = await openSession(model, wasm.buffer, MODEL.sha256);
  await warmUp(opened);
  return opened;
}

function count(bytes: number): void {
  received += bytes;
  if (received - told < TOTAL / 50 && received < TOTAL) return; // 50 messages, not one for each packet
  told = received;
  tell({ tells: "loading", received, total: TOTAL });
}

/** The first runs wait for the browser to compile what they use; better now than under the pen. */
async function warmUp(opened: Session): Promise<void> {
  const side = 280; // px
  const pixels = new Uint8Array(side * side).fill(255);
  for (let y = 60; y < 220; y++) pixels.fill(0, y * side + 134, y * side + 146); // a 1
  for (let run = 0; run < WARM_UP_RUNS; run++) await opened.read({ width: side, height: side, pixels });
}

function tell(message: Message): void {
  self.postMessage(message);
}
