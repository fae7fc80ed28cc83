import { useState } from "react";
import { asked, NotDone, sentence, whyNot } from "../api/asked";
import { api } from "../api/client";
import { Icon } from "../app/Icon";
import { alphabetOf } from "../app/modes";
import { tell } from "../app/notices";
import { useSettings } from "../app/settings";
import { goOnWith } from "./onSheet";
import { opened, refresh } from "./store";

/** Brings a drawing back from a file it was saved to: it is read, kept, and opened. */
export function LoadKey() {
  const [busy, setBusy] = useState(false);
  const take = async (file: File) => {
    setBusy(true);
    try {
      await goOnWith(await opened(await load(file)));
    } catch (error) {
      tell.notDone(`Cannot load ${file.name}`, whyNot(error));
      refresh();
    } finally {
      setBusy(false);
    }
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

/** The id of what was read in the file; rejects with NotDone. */
async function load(file: File): Promise<string> {
  const alphabet = alphabetOf(useSettings.getState().mode);
  const form = new FormData();
  form.append("file", file);
  const { saved, not_saved } = await asked(
    api.POST("/api/v1/drawings", {
      params: { query: alphabet === null ? {} : { alphabet } },
      body: { file: "" }, // as the schema types what is binary
      bodySerializer: () => form,
    }),
  );
  if (saved) return saved;
  throw new NotDone(503, "store-away", sentence(not_saved ?? "the server does not say why"));
}
