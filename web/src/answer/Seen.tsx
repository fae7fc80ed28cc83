import { useEffect, useRef } from "react";
import { useTheme } from "../app/theme";

const SIDE = 28; // px

/** The square the network saw, in the ink and on the paper of the page. */
export function Seen({ seen }: { seen: Uint8Array | null }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { theme } = useTheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes the colour of the element
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const image = context.createImageData(SIDE, SIDE);
    for (let i = 0; i < SIDE * SIDE; i++) image.data[4 * i + 3] = seen?.[i] ?? 0; // opacity
    context.putImageData(image, 0, 0);
    context.globalCompositeOperation = "source-in";
    context.fillStyle = getComputedStyle(context.canvas).color;
    context.fillRect(0, 0, SIDE, SIDE);
  }, [seen, theme]);
  return (
    <canvas
      ref={canvas}
      width={SIDE}
      height={SIDE}
      role="img"
      aria-label={seen ? "What the reader saw, 28 by 28 pixels" : "The reader has seen nothing yet"}
      className="pixels size-14 shrink-0 rounded-lg border border-line bg-sheet text-ink wide:size-20"
    />
  );
}
