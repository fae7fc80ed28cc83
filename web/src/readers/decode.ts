/**
 * A picture file to a GreyPicture, by the rules of src/inkread/picture.py: turned as its EXIF says,
 * transparency laid on white, colour as ITU-R 601 luma, of bounded size.
 *
 *   file -> <img> tells the size before a pixel is decoded -> bitmap -> strips of a canvas -> grey
 */
import { greyOf } from "./canvas";
import { ReaderError } from "./errors";
import type { Box, GreyPicture } from "./types";

/** Most pixels a picture may have; a 50-megapixel phone photo stays below it. */
export const MAX_PIXELS = 64_000_000;
/** Longest side, in px. */
export const MAX_SIDE = 20_000;
/** Largest file, in bytes: MAX_PIXELS of four uncompressed 16-bit channels. */
export const MAX_BYTES = 8 * MAX_PIXELS;

/** The picture in a file, or the part of it in `crop` (px of the upright picture). ReaderError "bad-picture". */
export async function decodePicture(file: Blob, crop?: Box): Promise<GreyPicture> {
  if (!file.size) throw bad("expected a picture, got 0 bytes; choose it again");
  if (file.size > MAX_BYTES)
    throw bad(`expected at most ${MAX_BYTES / 1e6} MB, got more; make the picture smaller`);
  checkSize(await sizeOf(file));
  const bitmap = await bitmapOf(file);
  try {
    return greyOf(bitmap, within(bitmap, crop));
  } finally {
    bitmap.close();
  }
}

interface Size {
  width: number; // px
  height: number; // px
}

function checkSize({ width, height }: Size): void {
  if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS) {
    throw bad(
      `expected a picture of at most ${MAX_PIXELS / 1e6} megapixels and ${MAX_SIDE.toLocaleString("en")} px a side, ` +
        `got ${width.toLocaleString("en")}x${height.toLocaleString("en")} px; crop it or make it smaller`,
    );
  }
}

/** The size an <img> finds in the header of the file. */
async function sizeOf(file: Blob): Promise<Size> {
  const url = URL.createObjectURL(file);
  try {
    return await new Promise((resolve, reject) => {
      const image = new Image();
      image.onload = () => resolve({ width: image.naturalWidth, height: image.naturalHeight });
      image.onerror = () => reject(noPicture());
      image.src = url;
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function bitmapOf(file: Blob): Promise<ImageBitmap> {
  try {
    // colours as they are in the file: Pillow does not look at colour profiles either
    return await createImageBitmap(file, { imageOrientation: "from-image", colorSpaceConversion: "none" });
  } catch {
    throw noPicture(); // also for SVG, which an <img> takes
  }
}

/** The box in whole px that both `crop` and the picture cover; all of it without a crop. */
function within({ width, height }: Size, crop?: Box): Box {
  if (!crop) return { x: 0, y: 0, width, height };
  const left = Math.min(Math.max(Math.round(crop.x), 0), width - 1);
  const top = Math.min(Math.max(Math.round(crop.y), 0), height - 1);
  const right = Math.min(Math.max(Math.round(crop.x + crop.width), left + 1), width);
  const bottom = Math.min(Math.max(Math.round(crop.y + crop.height), top + 1), height);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function noPicture(): ReaderError {
  return bad(
    "expected a picture (PNG, JPEG, WebP, GIF, BMP, AVIF), got another or a damaged file; save it as PNG",
  );
}

function bad(message: string): ReaderError {
  return new ReaderError("bad-picture", message);
}
