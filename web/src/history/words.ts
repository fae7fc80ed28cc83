/** What is said of a saved reading. */

interface Said {
  text: string;
  label: string | null;
  unsure: readonly string[];
}

/** What it is, as far as anybody knows: what a person said, or what was read. */
export function titleOf({ text, label, unsure }: Said): string {
  const known = label ?? text;
  if (known !== "") return sentence(known);
  return sentence(unsure[0] ?? "nothing read");
}

/** Whether the title is a text that was written, and no words about it. */
export function isText({ text, label }: Said): boolean {
  const known = label ?? text;
  return known !== "" && !known.startsWith("not a ");
}

/** Why it is unsure, as short as can be; "" where it is sure, or a person has said what it is. */
export function doubtOf({ label, unsure }: Said): string {
  if (label !== null || unsure.length === 0) return "";
  const torn = unsure.flatMap((reason) => /^torn between (\S+) and (\S+)$/.exec(reason)?.slice(1, 3) ?? []);
  return torn.length === 2 && unsure.length === 1 ? `${torn[0]} or ${torn[1]}?` : "Unsure";
}

/** What the reader had read, where a person has said otherwise. */
export function beforeOf({ text, label, unsure }: Said): string {
  if (label === null) return "";
  const read = text || unsure[0] || "nothing";
  return read === label ? "" : read;
}

/** A moment as a person where the page is read says it. */
export function momentOf(iso: string): string {
  return new Date(iso).toLocaleString("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
}

export function dayOf(iso: string): string {
  return new Date(iso).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}

/** "12.3 MB" */
export function bytesOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${Number((bytes / 1_000_000).toFixed(1))} MB`;
}

function sentence(words: string): string {
  return /^(not a|nothing|torn) ?/.test(words) ? words.charAt(0).toUpperCase() + words.slice(1) : words;
}
