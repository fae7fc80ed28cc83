import { type KeyboardEvent, useState } from "react";
import { correct, type Label } from "../answer/correct";
import { useAnswer } from "../answer/reads";
import { LABELS, percent } from "../answer/words";
import { Dialog } from "../app/Dialog";
import { Icon } from "../app/Icon";
import { tell } from "../app/notices";
import { type Glyph, NOT_A_DIGIT, type Reading } from "../readers";
import { characters, glyphIn, isCharacter, probabilityOf, readAs } from "./glyphs";
import { amend, choose, useMarks } from "./marks";

export const PANEL = "glyph";
const OFFERED = 4; // candidates, by falling probability
const FAINT = 0.001; // not offered below it

/** What the chosen character may be, and what it is. */
export function GlyphPanel() {
  const reading = useAnswer((answer) => answer.reading);
  const chosen = glyphIn(
    reading?.glyphs ?? [],
    useMarks((marks) => marks.chosen),
  );
  const glyph = reading?.glyphs[chosen];
  return (
    <section
      id={PANEL}
      aria-label="Chosen character"
      className={reading?.lines.length ? "min-h-[6.25rem]" : ""}
    >
      {reading && glyph ? (
        <Chosen key={chosen} reading={reading} glyph={glyph} index={chosen} />
      ) : (
        <p className="text-sm text-quiet">
          {reading?.lines.length ? "Choose a character to see what else it may be, and to correct it." : ""}
        </p>
      )}
    </section>
  );
}

function Chosen({ reading, glyph, index }: { reading: Reading; glyph: Glyph; index: number }) {
  const now = characters(reading)[index] ?? "";
  const read = readAs(reading)[index] ?? "";
  const offered = glyph.candidates
    .filter(isCharacter)
    .filter(({ label, probability }, i) => i < 2 || probability > FAINT || label === now)
    .slice(0, OFFERED);
  const back = () => document.querySelector<HTMLElement>(`[data-glyph="${index}"]`)?.focus();
  const take = (label: string) => {
    amend(index, label);
    back();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
    back();
    choose(-1);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape leaves it, from wherever the focus is
    <div onKeyDown={press}>
      <div className="flex min-h-9 items-center justify-between gap-2 text-sm text-quiet">
        <p>{said(read, now, probabilityOf(glyph, read))}</p>
        {now !== read && __WITH_SERVER__ && <Teach index={index} read={read} now={now} reading={reading} />}
      </div>
      <div className="mt-1 flex gap-1.5">
        {offered.map(({ label, probability }) => (
          <button
            key={label}
            type="button"
            aria-label={`${label}, ${percent(probability)}`}
            aria-pressed={label === now}
            className="key key-edge candidate"
            onClick={() => take(label)}
          >
            <span className="numeral text-2xl">{label}</span>
            <span className="text-[0.6875rem] tabular-nums text-quiet">{percent(probability)}</span>
          </button>
        ))}
        <input
          aria-label="Another character"
          title="Another character"
          placeholder="…"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          value={offered.some(({ label }) => label === now) ? "" : now}
          onChange={({ target }) => {
            const typed = [...target.value.trim()].at(-1);
            if (typed) amend(index, typed);
          }}
          className="key-edge numeral candidate rounded-xl text-center text-2xl"
        />
        <button
          type="button"
          aria-label="No character: remove it"
          title="No character: remove it"
          aria-pressed={now === ""}
          className="key key-edge candidate"
          onClick={() => take("")}
        >
          <Icon name="clear" size={20} />
        </button>
      </div>
    </div>
  );
}

function said(read: string, now: string, probability: number): string {
  if (now === read) return `Read as ${read}, ${percent(probability)} sure`;
  return now === "" ? `Read as ${read}, now removed` : `Read as ${read}, now ${now}`;
}

interface TeachProps {
  index: number;
  read: string;
  now: string;
  reading: Reading;
}

/** Sends the one character to the server with its right label, after asking; digits alone are taken there. */
function Teach({ index, read, now, reading }: TeachProps) {
  const [open, setOpen] = useState(false);
  const subject = useAnswer((answer) => answer.subject);
  const label = labelFor(now);
  const glyph = reading.glyphs[index];
  const what = label && subject?.glyphToCorrect?.(index);
  if (!label || !glyph || !what) return null;
  const send = async () => {
    setOpen(false);
    const before = { text: read, confidence: probabilityOf(glyph, read), model: reading.model };
    const problem = await correct(label, what, before);
    if (problem) tell.notCorrected(problem);
    else tell.corrected(label);
  };
  return (
    <>
      <button
        type="button"
        className="key min-h-9! text-sm"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        Help it learn…
      </button>
      {open && (
        <Dialog title="Help it learn" onClose={() => setOpen(false)}>
          <p>
            This sends this one character to the server, where it is kept with the right label,{" "}
            {label === NOT_A_DIGIT ? "not a digit" : `the digit ${label}`}, to learn from.
          </p>
          <button type="button" className="key key-main mt-4 w-full" onClick={() => void send()}>
            Send it
          </button>
        </Dialog>
      )}
    </>
  );
}

/** The label that the server takes for a character; null where it takes none. */
function labelFor(character: string): Label | null {
  if (character === "") return NOT_A_DIGIT;
  return LABELS.find((digit) => digit === character) ?? null;
}
