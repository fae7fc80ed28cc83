import { useEffect, useRef, useState } from "react";
import { askToSignIn, useWho } from "../account/who";
import { View } from "../app/Frame";
import { Icon } from "../app/Icon";
import { open } from "../app/view";
import { LoadKey } from "./LoadKey";
import { OpenedDialog } from "./OpenedDialog";
import { ANYTHING, isAnything, queryOf, searchOf, wrongDays } from "./query";
import { type Entry, look, more, refresh, useHistory } from "./store";
import { beforeOf, doubtOf, isText, momentOf, titleOf } from "./words";

/** What was saved: to look through, find, open, take along and delete. */
export default function HistoryView() {
  const account = useWho(({ account }) => account);
  const asking = useWho(({ asking }) => asking);
  const name = account?.name;
  useEffect(() => {
    if (name !== undefined) refresh();
  }, [name]);
  return (
    <View title="History" aside={account && <LoadKey />}>
      {account ? <Mine /> : !asking && <Invitation />}
    </View>
  );
}

function Invitation() {
  return (
    <div className="empty">
      <p className="font-numeral text-xl italic wide:text-2xl">What you save is kept here</p>
      <p className="max-w-md text-quiet">
        Sign in to find it again, draw on, share it by a link, or take it along as a file.
      </p>
      <button
        type="button"
        className="key key-main"
        onClick={() => askToSignIn("Sign in to see your history.")}
      >
        Sign in
      </button>
    </div>
  );
}

function Mine() {
  const { wanted, entries, state, problem } = useHistory();
  const [openId, setOpenId] = useState<string | null>(null);
  const entry = entries.find(({ id }) => id === openId);
  return (
    <>
      <Search />
      {entries.length === 0 && state === "still" && (
        <div className="empty">
          <p className="font-numeral text-xl italic">
            {isAnything(wanted) ? "Nothing saved yet" : "Nothing found"}
          </p>
          {isAnything(wanted) ? (
            <button type="button" className="key key-edge" onClick={() => open("draw")}>
              <Icon name="pen" /> Draw something
            </button>
          ) : (
            <>
              <p className="text-quiet">{wrongDays(wanted) || "Nothing you saved is like that."}</p>
              <button type="button" className="key key-edge" onClick={() => look(ANYTHING)}>
                Show all
              </button>
            </>
          )}
        </div>
      )}
      <ul aria-label="Saved readings" className="cards">
        {entries.map((entry) => (
          <Card key={entry.id} entry={entry} onOpen={() => setOpenId(entry.id)} />
        ))}
      </ul>
      {state === "failed" && (
        <div role="alert" className="empty">
          <p>{problem}</p>
          <button
            type="button"
            className="key key-edge"
            onClick={() => (entries.length > 0 ? more() : refresh())}
          >
            Try again
          </button>
        </div>
      )}
      <More />
      {entry && <OpenedDialog key={entry.id} entry={entry} onClose={() => setOpenId(null)} />}
    </>
  );
}

function Search() {
  const { wanted, entries, next, state } = useHistory();
  const files = searchOf(queryOf(wanted));
  const found = state === "still" ? `${entries.length}${next ? " or more" : ""} found` : "";
  return (
    <search className="flex flex-wrap items-end gap-x-3 gap-y-2">
      <label className="min-w-40 flex-1 basis-48">
        <span className="mb-1 block text-sm text-quiet">Text</span>
        <input
          type="search"
          className="field w-full"
          placeholder="Any text"
          maxLength={200}
          value={wanted.text}
          onChange={({ target }) => look({ text: target.value })}
        />
      </label>
      <div className="flex min-w-0 basis-80 gap-2">
        <Day label="From" value={wanted.from} onChange={(from) => look({ from })} />
        <Day label="To" value={wanted.to} onChange={(to) => look({ to })} />
      </div>
      <fieldset className="choice">
        <legend className="sr-only">Only</legend>
        <Only label="Unsure" checked={wanted.unsure} onChange={(unsure) => look({ unsure })} />
        <Only label="Corrected" checked={wanted.corrected} onChange={(corrected) => look({ corrected })} />
      </fieldset>
      <p className="ml-auto flex">
        <a className="key px-2! text-sm" href={`/api/v1/history.csv${files}`} download>
          <Icon name="download" size={20} /> CSV
        </a>
        <a className="key px-2! text-sm" href={`/api/v1/history.json${files}`} download>
          <Icon name="download" size={20} /> JSON
        </a>
      </p>
      <p aria-live="polite" className="sr-only">
        {found}
      </p>
    </search>
  );
}

function Day({ label, value, onChange }: { label: string; value: string; onChange(day: string): void }) {
  return (
    <label className="min-w-0 flex-1">
      <span className="mb-1 block text-sm text-quiet">{label}</span>
      <input
        type="date"
        className="field w-full"
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    </label>
  );
}

function Only({
  label,
  checked,
  onChange,
}: {
  label: string;
  checked: boolean;
  onChange(checked: boolean): void;
}) {
  return (
    <label>
      <input type="checkbox" checked={checked} onChange={() => onChange(!checked)} />
      {label}
    </label>
  );
}

function Card({ entry, onOpen }: { entry: Entry; onOpen(): void }) {
  const title = titleOf(entry);
  const doubt = doubtOf(entry);
  const before = beforeOf(entry);
  return (
    <li>
      <button type="button" className="card" aria-haspopup="dialog" onClick={onOpen}>
        <img src={entry.thumbnail} alt="" width={64} height={64} className="thumbnail" />
        <span className="min-w-0 flex-1 text-left">
          <span
            className={`block truncate text-2xl ${isText(entry) ? "numeral" : "font-numeral text-quiet italic"}`}
          >
            {title}
          </span>
          <span className="block truncate text-sm text-quiet">{momentOf(entry.made)}</span>
          <span className="mt-1 flex flex-wrap gap-1 empty:hidden">
            {doubt && <Mark text={doubt} />}
            {entry.label !== null && <Mark text="Corrected" strong />}
            {before && <span className="truncate text-xs text-quiet">was {before}</span>}
          </span>
        </span>
      </button>
    </li>
  );
}

export function Mark({ text, strong = false }: { text: string; strong?: boolean }) {
  return <span className={`mark ${strong ? "mark-strong" : ""}`}>{text}</span>;
}

/** The next page comes as its place comes near, and by a button for whoever does not scroll. */
function More() {
  const next = useHistory(({ next }) => next);
  const state = useHistory(({ state }) => state);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element || !next) return;
    const watch = new IntersectionObserver(([seen]) => seen?.isIntersecting && more(), {
      rootMargin: "600px",
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [next]);
  return (
    <div ref={place} className="grid min-h-14 place-items-center">
      {state === "loading" && <p className="text-sm text-quiet">Loading…</p>}
      {state === "still" && next && (
        <button type="button" className="key key-edge" onClick={more}>
          More
        </button>
      )}
    </div>
  );
}
