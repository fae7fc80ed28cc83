/** The reader on this device, in its own thread: downloads, opens, then reads one picture after the other. */
import { download, downloadOnce, said } from "./download";
import { MODELS, WASM } from "./files";
import { openSession, type Session } from "./session";
import type { Alphabet, GreyPicture, Reading } from "./types";

/** What the worker is asked, the next one after the answer to the last. */
export interface Question {
  picture: GreyPicture;
  alphabet: Alphabet | null; // null for one digit
}

/** What the worker tells. */
export type Message =
  | { tells: "loading"; received: number; total: number } // bytes
  | { tells: "ready"; model: string }
  | { tells: "failed"; reason: string }
  | { tells: "reading"; reading: Reading }
  | { tells: "error"; reason: string };

const FILE = self.name === "page" ? "page" : "digits";
const MODEL = MODELS[FILE];
const TOTAL = MODEL.bytes + WASM.bytes;
const WARM_UP_RUNS = { digits: 8, page: 3 }; // the first takes 300 ms, the eighth as long as any other

let session: Session | undefined;
let received = 0; // bytes
let told = 0; // bytes

self.onmessage = async ({ data: { picture, alphabet } }: MessageEvent<Question>) => {
  try {
    if (!session) throw new Error("expected no picture before the reader is ready; wait for that");
    tell({ tells: "reading", reading: await session.read(picture, alphabet) });
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
  // the service worker keeps what everybody needs; the page file is kept by who reads pages
  const get = FILE === "page" ? downloadOnce : download;
  const [wasm, model] = await Promise.all([download(WASM.url, count), get(MODEL.url, count)]);
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
  const picture = { width: side, height: side, pixels };
  for (let run = 0; run < WARM_UP_RUNS[FILE]; run++) {
    await opened.read(picture, FILE === "page" ? "anything" : null);
  }
}

function tell(message: Message): void {
  self.postMessage(message);
}
