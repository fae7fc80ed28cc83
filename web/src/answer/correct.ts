import { api } from "../api/client";
import type { components } from "../api/schema";
import type { Reading } from "../readers";
import type { Correctable } from "./reads";

export type Label = components["schemas"]["Correction"]["label"];

interface More {
  saved?: string | null; // id in the history of the reading that it corrects
  consent?: boolean; // whether the reader may learn from it
}

/** Sends what was read with its right label to the server; answers why it was not kept, or null. */
export async function correct(
  label: Label,
  what: Correctable,
  reading: Pick<Reading, "text" | "confidence" | "model">,
  { saved = null, consent = true }: More = {},
): Promise<string | null> {
  const { text, confidence, model } = reading;
  try {
    const { error, response } = await api.POST("/api/v1/corrections", {
      body: { label, ...what, reading: { text, confidence, model }, consent, ...(saved && { saved }) },
    });
    return response.ok ? null : (error?.detail ?? `The server answered with ${response.status}.`);
  } catch {
    return "The server is away. Try again when it is back.";
  }
}
