/** Between grey pictures and what the browser draws. */
import type { Box, GreyPicture } from "./types";

const STRIP_PIXELS = 4_000_000; // a canvas as large as the largest picture is more than most browsers give

/** Luma of RGB 0-255, rounded as Pillow rounds it. */
export function luma(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}

/** The part `box` of an image (whole px) as grey; where it is transparent, on white. */
export function greyOf(image: ImageBitmap, { x, y, width, height }: Box): GreyPicture {
  const rows = Math.max(1, Math.min(height, Math.floor(STRIP_PIXELS / width)));
  const context = contextOf(width, rows);
  const pixels = new Uint8Array(width * height);
  for (let top = 0; top < height; top += rows) {
    context.fillStyle = "white";
    context.fillRect(0, 0, width, rows);
    context.drawImage(image, -x, -y - top);
    const strip = Math.min(rows, height - top);
    writeGrey(context.getImageData(0, 0, width, strip).data, pixels, top * width);
  }
  return { width, height, pixels };
}

/** A grey picture as a PNG file. */
export async function pngOf({ width, height, pixels }: GreyPicture): Promise<Blob> {
  const context = contextOf(width, height);
  const image = context.createImageData(width, height);
  const rgba = new Uint32Array(image.data.buffer); // a grey pixel and full alpha are one number
  for (let i = 0; i < pixels.length; i++) rgba[i] = (pixels[i] as number) * 0x010101 + OPAQUE;
  context.putImageData(image, 0, 0);
  return context.canvas.convertToBlob({ type: "image/png" });
}

/** The grey pixels of a PNG in a data URL. */
export async function greyOfDataUrl(url: string): Promise<Uint8Array> {
  const bytes = Uint8Array.from(atob(url.slice(url.indexOf(",") + 1)), (byte) => byte.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes]));
  return greyOf(image, { x: 0, y: 0, width: image.width, height: image.height }).pixels;
}

const OPAQUE = 0xff000000; // alpha is the last byte of a pixel, and numbers begin with their last

function contextOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context)
    throw new Error(`expected a canvas of ${width}x${height} px, got none; close other pages and try again`);
  return context;
}

function writeGrey(rgba: Uint8ClampedArray, pixels: Uint8Array, start: number): void {
  for (let from = 0, to = start; from < rgba.length; from += 4, to++) {
    pixels[to] = luma(rgba[from] as number, rgba[from + 1] as number, rgba[from + 2] as number);
  }
}
