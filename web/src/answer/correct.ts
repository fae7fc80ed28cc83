import type { Reading } from "../readers";
import type { Correctable } from "./reads";

/** Sends what was read with its right label to the server; answers why it was not kept, or null. */
export async function correct(label: string, what: Correctable, reading: Reading): Promise<string | null> {
  const { text, confidence, model } = reading;
  try {
    const response = await fetch("/api/v1/corrections", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ label, ...what, reading: { text, confidence, model } }),
    });
    if (response.ok) return null;
    const problem: { detail?: string } = await response.json().catch(() => ({}));
    return problem.detail ?? `The server answered ${response.status}.`;
  } catch {
    return "The server is away. Try again when it is back.";
  }
}
