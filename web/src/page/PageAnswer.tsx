import { type KeyboardEvent, type MouseEvent, useRef } from "react";
import { askAgain, useAnswer } from "../answer/reads";
import { download, toCsv } from "../answer/spreadsheet";
import { stateOf, Words } from "../answer/Verdict";
import { duration, percent } from "../answer/words";
import { useDeviceState } from "../app/engine";
import { Icon } from "../app/Icon";
import { tell } from "../app/notices";
import type { Reading } from "../readers";
import { PANEL } from "./GlyphPanel";
import { type Character, characters, charactersOf, doubtOf, glyphIn, probabilityOf } from "./glyphs";
import { linesOf } from "./lines";
import { amend, choose, light, useMarks } from "./marks";
import { Room } from "./Room";

/** The text that was read, character by character, and what can be done with it. */
export function PageAnswer({ stale = false, empty }: { stale?: boolean; empty: string }) {
  const reading = useAnswer((answer) => answer.reading);
  const state = useAnswer((answer) => answer.state);
  const device = useDeviceState();
  const any = reading !== null && reading.lines.length > 0;
  const title = reading ? "Nothing to read here" : stateOf(state, device, empty);
  return (
    <Room stale={stale} below={<Below reading={reading} any={any} />}>
      {any ? <Text reading={reading} /> : <Words title={title} note="" quiet />}
      {state === "failed" && (
        <button type="button" className="key key-edge mt-3 self-start" onClick={askAgain}>
          Try again
        </button>
      )}
      {stale && <p className="sr-only">This is the answer to an earlier drawing.</p>}
    </Room>
  );
}

/** How sure it is and how long it took, and the text to take along. */
function Below({ reading, any }: { reading: Reading | null; any: boolean }) {
  return (
    <>
      <div className="min-w-0 flex-1">
        {reading && any && <p className="truncate text-sm tabular-nums text-quiet">{noteOf(reading)}</p>}
        {reading && (
          <p data-testid="timing" className="truncate text-sm tabular-nums text-quiet">
            {duration(reading.milliseconds)} on {reading.where === "device" ? "this device" : "the server"}
          </p>
        )}
      </div>
      {reading && any && (
        <>
          <button type="button" className="key px-2! text-sm" onClick={() => void copy(reading.text)}>
            <Icon name="copy" size={20} /> Copy
          </button>
          <button type="button" className="key px-2! text-sm" onClick={() => save(reading)}>
            <Icon name="download" size={20} /> CSV
          </button>
        </>
      )}
    </>
  );
}

function noteOf(reading: Reading): string {
  const doubts = reading.unsure.length;
  const sure = `${percent(reading.confidence)} sure`;
  if (doubts === 0) return sure;
  return `${sure}, ${doubts} ${doubts === 1 ? "doubt" : "doubts"}`;
}

/** One Tab stop: the arrow keys go from character to character, a typed one takes the place of the one in focus. */
function Text({ reading }: { reading: Reading }) {
  const chosen = glyphIn(
    reading.glyphs,
    useMarks((marks) => marks.chosen),
  );
  const lit = glyphIn(
    reading.glyphs,
    useMarks((marks) => marks.lit),
  );
  const group = useRef<HTMLDivElement>(null);
  const lines = reading.lines.map(charactersOf);
  const glyphs = lines.flatMap((line) => line.map(({ glyph }) => glyph)).filter((glyph) => glyph >= 0);
  const now = characters(reading);
  const entry = chosen >= 0 ? chosen : glyphs[0];

  const focus = (glyph: number | undefined) =>
    group.current?.querySelector<HTMLElement>(`[data-glyph="${glyph}"]`)?.focus();
  const press = (event: KeyboardEvent<HTMLElement>) => {
    const glyph = Number((event.target as HTMLElement).dataset.glyph ?? -1);
    if (glyph < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = glyphs.indexOf(glyph);
    const to = goal(
      event.key,
      at,
      lines.map((line) => line.map(({ glyph }) => glyph).filter((one) => one >= 0)),
    );
    if (to !== null) focus(glyphs[to]);
    else if (event.key === "Delete" || event.key === "Backspace") amend(glyph, "");
    else if (event.key === "Escape") choose(-1);
    else if ([...event.key].length === 1 && event.key !== " ") amend(glyph, event.key);
    else return;
    event.preventDefault();
  };
  const click = ({ detail }: MouseEvent, glyph: number) => {
    choose(glyph);
    if (detail === 0) setTimeout(() => document.getElementById(PANEL)?.querySelector("button")?.focus()); // by key
  };
  const character = ({ text, glyph }: Character, i: number) => {
    if (glyph < 0) return " ";
    const said = now[glyph] ?? text;
    const doubt = doubtOf(reading, glyph);
    return (
      <button
        key={i}
        type="button"
        data-glyph={glyph}
        data-removed={said === "" ? text : undefined}
        tabIndex={glyph === entry ? 0 : -1}
        aria-label={labelOf(reading, glyph, said, doubt)}
        aria-pressed={glyph === chosen}
        className={`glyph ${doubt ? "doubt" : ""} ${glyph === lit ? "pointed" : ""}`}
        onClick={(event) => click(event, glyph)}
        onFocus={() => light(glyph)}
        onBlur={() => light(-1)}
        onPointerEnter={() => light(glyph)}
        onPointerLeave={() => light(-1)}
      >
        {said}
      </button>
    );
  };
  const longest = Math.max(...lines.map((line) => line.length));
  return (
    // biome-ignore lint/a11y/useSemanticElements: characters are no fields
    <div
      ref={group}
      role="group"
      aria-label="Text that was read"
      data-testid="answer"
      className="numeral"
      style={{ "--longest": longest, "--lines": lines.length } as React.CSSProperties}
      onKeyDown={press}
    >
      {lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
        <div key={i}>
          {line.map(character)}
          {i < lines.length - 1 && "\n"}
        </div>
      ))}
    </div>
  );
}

/** Where a key leads from the character `at`, as an index of all characters; null for other keys. */
function goal(key: string, at: number, lines: number[][]): number | null {
  const count = lines.reduce((sum, line) => sum + line.length, 0);
  const starts = lines.map((_, i) => lines.slice(0, i).reduce((sum, line) => sum + line.length, 0));
  const row = starts.findLastIndex((start) => start <= at);
  const inRow = (to: number) =>
    (starts[to] ?? 0) + Math.min(at - (starts[row] ?? 0), (lines[to]?.length ?? 1) - 1);
  switch (key) {
    case "ArrowLeft":
      return Math.max(0, at - 1);
    case "ArrowRight":
      return Math.min(count - 1, at + 1);
    case "ArrowUp":
      return inRow(Math.max(0, row - 1));
    case "ArrowDown":
      return inRow(Math.min(lines.length - 1, row + 1));
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}

function labelOf(reading: Reading, index: number, said: string, doubt: string | null): string {
  const glyph = reading.glyphs[index];
  const place = `character ${index + 1} of ${reading.glyphs.length}`;
  if (!glyph || said === "") return `Removed, ${place}`;
  if (glyph.amended !== undefined) return `${said}, ${place}, corrected`;
  return `${said}, ${place}, ${percent(probabilityOf(glyph, said))} sure${doubt ? `, ${doubt}` : ""}`;
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    tell.copied(text);
  } catch {
    tell.notCopied();
  }
}

function save(reading: Reading): void {
  download("reading.csv", toCsv(linesOf(reading)));
}
