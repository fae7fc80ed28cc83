import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useRef } from "react";
import type { Box, GreyPicture } from "../readers";
import { CORNERS, type Corner, isWhole, moved, spanned, stretched } from "./crop";

interface Props {
  url: string;
  name: string;
  picture: GreyPicture;
  box: Box;
  onChange(box: Box): void;
  onTap(x: number, y: number): void; // px of the picture
  children?: ReactNode; // over the picture
}

const TAP = 6; // px of the page: a pointer that goes no farther pulls no box

type Drag = { at: [number, number]; from: [number, number]; box: Box; by: "span" | "move" | Corner };

/** A picture under a box: what is in the box is read. Drag a new box, move it, or pull its corners. */
export function CropBox({ url, name, picture, box, onChange, onTap, children }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);
  const help = useId();

  const place = ({ clientX, clientY }: PointerEvent): [number, number] => {
    const { left, top, width, height } = (frame.current as HTMLDivElement).getBoundingClientRect();
    return [((clientX - left) / width) * picture.width, ((clientY - top) / height) * picture.height];
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const { corner, part } = (event.target as HTMLElement).dataset;
    const whole = isWhole(box, picture);
    const by = corner ? (corner as Corner) : part === "box" && !whole ? "move" : "span";
    drag.current = { at: [event.clientX, event.clientY], from: place(event), box, by };
    frame.current?.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent) => {
    if (!drag.current) return;
    const { at, from, by, box: start } = drag.current;
    if (near(at, event) && start === box) return;
    const to = place(event);
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    if (by === "move") onChange(moved(start, dx, dy, picture));
    else if (by !== "span") onChange(stretched(start, by, dx, dy, picture));
    else if (Math.hypot(dx, dy) > 0.01 * picture.width) onChange(spanned(from, to, picture));
  };
  const up = (event: PointerEvent) => {
    if (drag.current && near(drag.current.at, event)) onTap(...drag.current.from);
    drag.current = null;
  };
  const cancel = () => {
    drag.current = null;
  };
  const press = (event: KeyboardEvent) => {
    const step = Math.max(1, Math.max(picture.width, picture.height) / 50);
    const ways: Record<string, [number, number]> = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, -step],
      ArrowDown: [0, step],
    };
    const way = ways[event.key];
    if (!way) return;
    event.preventDefault();
    onChange(event.shiftKey ? stretched(box, "bottom right", ...way, picture) : moved(box, ...way, picture));
  };

  const share = (part: number, of: number) => `${(100 * part) / of}%`;
  const spot = {
    left: share(box.x, picture.width),
    top: share(box.y, picture.height),
    width: share(box.width, picture.width),
    height: share(box.height, picture.height),
  };
  return (
    <div
      ref={frame}
      className={`pad relative ${picture.width >= picture.height ? "w-full" : "h-full"}`}
      style={{ aspectRatio: `${picture.width} / ${picture.height}` }}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={cancel}
    >
      <img src={url} alt={name} draggable={false} className="size-full" />
      <div className="absolute inset-0 overflow-hidden">
        <div className="absolute shadow-[0_0_0_200vmax_rgb(0_0_0/0.5)]" style={spot} />
      </div>
      {children}
      {/* biome-ignore lint/a11y/useSemanticElements: a box to move is no fieldset */}
      <div
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move it
        tabIndex={0}
        aria-roledescription="crop box"
        aria-label={`Part that is read: ${[box.width, box.height].map(Math.round).join(" by ")} px, ${Math.round(box.x)} px from the left, ${Math.round(box.y)} px from the top`}
        aria-describedby={help}
        data-part="box"
        onKeyDown={press}
        className="absolute cursor-move border-2 border-ink focus-visible:outline-4"
        style={spot}
      >
        {CORNERS.map((corner) => (
          <span key={corner} data-corner={corner} className={`corner ${corner}`} />
        ))}
      </div>
      <p id={help} className="sr-only">
        The arrow keys move the box; with Shift they change its size.
      </p>
    </div>
  );
}

function near([x, y]: [number, number], { clientX, clientY }: PointerEvent): boolean {
  return Math.hypot(clientX - x, clientY - y) <= TAP;
}
