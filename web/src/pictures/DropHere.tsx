import { useEffect, useState } from "react";
import { signedIn } from "../account/who";
import { tell } from "../app/notices";
import { open } from "../app/view";

const DRAWING = /\.(json|svg)$/i; // files that drawings are saved to

/** Takes pictures, and drawings in files, that are dropped or pasted anywhere on the page. */
export function DropHere() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    let depth = 0; // enter and leave come for every element on the way
    const track = (change: number) => (event: DragEvent) => {
      event.preventDefault();
      depth = Math.max(0, depth + change);
      setOver(depth > 0);
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      depth = 0;
      setOver(false);
      void take([...(event.dataTransfer?.files ?? [])]);
    };
    const paste = (event: ClipboardEvent) => void take([...(event.clipboardData?.files ?? [])]);
    const ends = new AbortController();
    const { signal } = ends;
    window.addEventListener("dragenter", track(1), { signal });
    window.addEventListener("dragover", track(0), { signal });
    window.addEventListener("dragleave", track(-1), { signal });
    window.addEventListener("drop", drop, { signal });
    window.addEventListener("paste", paste, { signal });
    return () => ends.abort();
  }, []);
  if (!over) return null;
  return (
    <div className="pointer-events-none fixed inset-3 z-30 grid place-items-center rounded-3xl border-3 border-dashed border-ink bg-wash/85">
      <p className="numeral text-4xl italic">Drop to read</p>
    </div>
  );
}

async function take(files: File[]): Promise<void> {
  if (files.length === 0) return tell.noPictureThere();
  const [only] = files;
  if (__WITH_SERVER__ && only && files.length === 1 && DRAWING.test(only.name)) {
    const { load } = await import("../history/load");
    return signedIn("Sign in to load a drawing from a file.", () => void load(only));
  }
  const { add } = await import("./store");
  open("pictures");
  await add(files);
}
