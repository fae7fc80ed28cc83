import { useState } from "react";
import { Icon } from "../app/Icon";
import { load } from "./load";
import { refresh } from "./store";

/** The way to a file that a drawing was saved to. */
export function LoadKey() {
  const [busy, setBusy] = useState(false);
  const take = async (file: File) => {
    setBusy(true);
    if (!(await load(file))) refresh(); // it may have been kept all the same
    setBusy(false);
  };
  return (
    <label className={`key key-edge ${busy ? "pointer-events-none opacity-50" : ""}`}>
      <input
        type="file"
        className="sr-only"
        accept=".json,.svg,.png,application/json,image/*"
        disabled={busy}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          target.value = ""; // the same file can be chosen again
          if (file) void take(file);
        }}
      />
      <Icon name="file" /> {busy ? "Loading…" : "Load a file"}
    </label>
  );
}
