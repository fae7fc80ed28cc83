import type { GreyPicture } from "../readers";

const LONGEST = 1000; // px; more is no help to learn from

/** The picture as a PNG in a data URL, made smaller where it is large. */
export function toDataUrl({ width, height, pixels }: GreyPicture): string {
  const image = new ImageData(width, height);
  for (let i = 0; i < pixels.length; i++) {
    image.data.fill(pixels[i] ?? 0, 4 * i, 4 * i + 3);
    image.data[4 * i + 3] = 255;
  }
  const full = canvasOf(width, height);
  full.getContext("2d")?.putImageData(image, 0, 0);
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  if (scale === 1) return full.toDataURL("image/png");
  const small = canvasOf(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  small.getContext("2d")?.drawImage(full, 0, 0, small.width, small.height);
  return small.toDataURL("image/png");
}

function canvasOf(width: number, height: number): HTMLCanvasElement {
  return Object.assign(document.createElement("canvas"), { width, height });
}
