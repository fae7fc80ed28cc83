import { chooseMode } from "../app/engine";
import { open } from "../app/view";
import { put } from "../drawing/current";
import { isSaved } from "./saved";
import type { Opened } from "./store";
import { modeFor, strokesOf } from "./strokes";

/** Opens a saved reading to go on with: strokes on the sheet, where undo brings back what was there, or its picture. */
export async function goOnWith(reading: Opened): Promise<void> {
  const { drawing, glyphs, label, text, id } = reading;
  if (drawing.strokes === null) {
    const { add } = await import("../pictures/store");
    open("pictures");
    await add([fileOf(drawing.picture ?? "", `${text || "saved"}.png`)]);
    return;
  }
  const mode = modeFor(label?.length === 1 ? label : text, glyphs.length, drawing);
  chooseMode(mode);
  isSaved(put(strokesOf(drawing, mode)), id);
  open("draw");
}

/** A PNG in a data URL as a file; the page's security policy lets nobody fetch one. */
function fileOf(url: string, name: string): File {
  const bytes = Uint8Array.from(atob(url.split(",")[1] ?? ""), (sign) => sign.charCodeAt(0));
  return new File([bytes], name, { type: "image/png" });
}
