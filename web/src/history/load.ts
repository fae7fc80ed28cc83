import { asked, NotDone, sentence, whyNot } from "../api/asked";
import { api } from "../api/client";
import { alphabetOf } from "../app/modes";
import { tell } from "../app/notices";
import { useSettings } from "../app/settings";
import { goOnWith } from "./onSheet";
import { opened } from "./store";

/** Brings a drawing back from a file it was saved to: it is read, kept, and opened. False where it cannot, which is told. */
export async function load(file: File): Promise<boolean> {
  try {
    await goOnWith(await opened(await sent(file)));
    return true;
  } catch (error) {
    tell.notDone(`Cannot load ${file.name}`, whyNot(error));
    return false;
  }
}

/** The id of what was read in the file; rejects with NotDone. */
async function sent(file: File): Promise<string> {
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
