/** Pictures to choose, drop and paste; what Python reads in them; and what is no picture. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";

const GOLDEN = new URL("../../../tests/golden/", import.meta.url);

export interface Payload {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

interface Reading {
  text: string;
  confidence: number;
  unsure: string[];
}

const pictures: Record<string, { reading: Reading }> = JSON.parse(
  readFileSync(new URL("golden.json", GOLDEN), "utf8"),
).pictures;

/** The golden pictures by file name, with what Python reads. */
export const golden = readdirSync(GOLDEN)
  .filter((name) => name.endsWith(".png"))
  .map((name) => ({
    path: fileURLToPath(new URL(name, GOLDEN)),
    name,
    reading: pictures[name.replace(".png", "")]?.reading as Reading,
  }));

/** The golden picture whose name begins so. */
export function picture(start: string): Payload {
  const found = golden.find(({ name }) => name.startsWith(start));
  if (!found)
    throw new Error(`expected a golden picture ${start}…, got none; run \`python -m tools.make_golden\``);
  return { name: found.name, mimeType: "image/png", buffer: readFileSync(found.path) };
}

export const notPictures: Payload[] = [
  { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("a 7 in words") },
  {
    name: "drawing.png",
    mimeType: "image/png",
    buffer: Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"),
  },
  {
    name: "page.png",
    mimeType: "image/png",
    buffer: Buffer.from("<!doctype html><script>alert(1)</script>"),
  },
  { name: "half.png", mimeType: "image/png", buffer: picture("7").buffer.subarray(0, 200) },
  { name: "empty.png", mimeType: "image/png", buffer: Buffer.alloc(0) },
  { name: "huge.png", mimeType: "image/png", buffer: claimingSize(picture("7").buffer, 30_000, 30_000) },
];

/** A PNG whose header claims another size: what a decompression bomb looks like before it is unpacked. */
function claimingSize(png: Buffer, width: number, height: number): Buffer {
  const bomb = Buffer.from(png);
  bomb.writeUInt32BE(width, 16);
  bomb.writeUInt32BE(height, 20);
  bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
  return bomb;
}

/** w3.org/TR/png, annex D */
function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** Drops files on the page, or pastes them. */
export async function bring(page: Page, how: "drop" | "paste", files: Payload[]): Promise<void> {
  const contents = files.map(({ name, mimeType, buffer }) => ({
    name,
    mimeType,
    base64: buffer.toString("base64"),
  }));
  const transfer = await page.evaluateHandle((contents) => {
    const transfer = new DataTransfer();
    for (const { name, mimeType, base64 } of contents) {
      const bytes = Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type: mimeType }));
    }
    return transfer;
  }, contents);
  if (how === "paste") {
    await page.evaluate((clipboardData) => {
      window.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, transfer);
    return;
  }
  await page.dispatchEvent("body", "dragenter", { dataTransfer: transfer });
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
}
