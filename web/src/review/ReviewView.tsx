import { type KeyboardEvent, useEffect, useRef } from "react";
import { askToSignIn, useWho } from "../account/who";
import { View } from "../app/Frame";
import { Drawn } from "../history/Drawn";
import { momentOf } from "../history/words";
import { type Correction, choose, decide, more, type State, show, step, undo, useReview } from "./store";
import { type Act, actOf, claimOf, warningOf } from "./words";

const STATES: { state: State; label: string }[] = [
  { state: "waiting", label: "Waiting" },
  { state: "accepted", label: "Accepted" },
  { state: "refused", label: "Refused" },
];

/** For admins: what people said a reading should have been, and whether the reader may learn from it. */
export default function ReviewView() {
  const account = useWho(({ account }) => account);
  const asking = useWho(({ asking }) => asking);
  return (
    <View title="Review corrections">
      {account?.admin ? (
        <Review />
      ) : (
        !asking && (
          <div className="empty">
            <p className="max-w-md text-quiet">
              {account
                ? "Admins review what people correct. Who runs this service makes one by “inkread accounts admin NAME”."
                : "Sign in as an admin to review what people correct."}
            </p>
            {!account && (
              <button type="button" className="key key-main" onClick={() => askToSignIn()}>
                Sign in
              </button>
            )}
          </div>
        )
      )}
    </View>
  );
}

function Review() {
  const { state, marked, rows, next, counts, chosen, busy, problem, last } = useReview();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => show({ state: "waiting", marked: false }), []);
  useEffect(() => {
    const row = list.current?.querySelector<HTMLElement>(`[data-id="${chosen}"]`);
    const focus = document.activeElement;
    // the focus goes on with the choice, from the title as well, but is taken from nothing that is in use
    if (list.current?.contains(focus) || focus === document.body || focus?.tagName === "H2") row?.focus();
  }, [chosen]);
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = actOf(event.key);
    if (!act || !chosen) return;
    event.preventDefault();
    doAct(act, chosen);
  };
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <fieldset className="choice">
          <legend className="sr-only">Show</legend>
          {STATES.map((one) => (
            <label key={one.state}>
              <input
                type="radio"
                name="review-state"
                checked={one.state === state}
                onChange={() => show({ state: one.state })}
              />
              {one.label} <span className="text-xs tabular-nums">{counts[one.state] ?? ""}</span>
            </label>
          ))}
        </fieldset>
        <fieldset className="choice">
          <legend className="sr-only">Only</legend>
          <label>
            <input type="checkbox" checked={marked} onChange={() => show({ marked: !marked })} />
            Suspicious
          </label>
        </fieldset>
        {last && (
          <button type="button" className="key text-sm" onClick={() => void undo()}>
            Take back: {last.row.label} {last.to}
          </button>
        )}
      </div>
      <p className="text-sm text-quiet">
        <kbd>A</kbd> accepts, <kbd>R</kbd> refuses, <kbd>U</kbd> takes the last one back, the arrow keys
        choose. What is accepted teaches the next model.
      </p>
      <p aria-live="polite" className="sr-only">
        {last ? `${last.row.label} ${last.to}. ${counts.waiting ?? 0} waiting.` : ""}
      </p>
      {rows.length === 0 && !busy && !problem && (
        <div className="empty">
          <p className="font-numeral text-xl italic">
            {state === "waiting" ? "Nothing waits for review" : `Nothing ${state} yet`}
          </p>
        </div>
      )}
      <ul ref={list} aria-label="Corrections" className="flex flex-col gap-2.5" onKeyDown={press}>
        {rows.map((row) => (
          <Row key={row.id} row={row} chosen={row.id === chosen} />
        ))}
      </ul>
      {problem && (
        <div role="alert" className="empty">
          <p>{problem}</p>
          <button type="button" className="key key-edge" onClick={() => void more()}>
            Try again
          </button>
        </div>
      )}
      {next && !busy && (
        <button type="button" className="key key-edge self-center" onClick={() => void more()}>
          More
        </button>
      )}
      {busy === "loading" && <p className="text-center text-sm text-quiet">Loading…</p>}
    </>
  );
}

function doAct(act: Act, id: string): void {
  if (act === "undo") void undo();
  else if (act === "next") step(1);
  else if (act === "before") step(-1);
  else void decide(id, act);
}

function Row({ row, chosen }: { row: Correction; chosen: boolean }) {
  const refused = useReview(({ refused }) => refused);
  const warning = warningOf(row);
  const claim = claimOf(row);
  const why = refused?.id === row.id ? refused.why : "";
  return (
    <li className="review-row" data-chosen={chosen}>
      {/* biome-ignore lint/a11y/useSemanticElements: what is said of one drawing is no fieldset */}
      <div
        role="group"
        data-id={row.id}
        tabIndex={chosen ? 0 : -1}
        aria-label={`${claim}${warning ? `. ${warning}` : ""}`}
        className="flex min-w-0 grow basis-72 items-center gap-4 rounded-xl"
        onFocus={() => choose(row.id)}
        onPointerDown={() => choose(row.id)}
      >
        <div className="grid size-28 shrink-0 place-items-center overflow-hidden rounded-xl border border-line p-1.5">
          <Drawn drawing={row.drawing} label={`The drawing that is said to be ${row.label}`} />
        </div>
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-baseline gap-x-3">
            {row.read !== null && (
              <>
                <span className="numeral text-2xl text-quiet! line-through">{row.read || "–"}</span>
                <span aria-hidden="true" className="text-quiet">
                  →
                </span>
              </>
            )}
            <span className="numeral text-4xl">{row.label}</span>
          </p>
          <p className="mt-1 text-xs text-quiet">
            {momentOf(row.made)}
            {row.model && `, ${row.model}`}, from {row.source.slice(0, 6)}
          </p>
          {warning && <p className="mt-1 text-sm wrong">{warning}</p>}
          {!row.consent && (
            <p className="mt-1 text-sm text-quiet">Its writer did not agree that it teaches.</p>
          )}
          {why && <p className="mt-1 text-sm wrong">{why}</p>}
        </div>
      </div>
      <div className="flex gap-1.5">
        {row.state !== "accepted" && (
          <button
            type="button"
            className="key key-edge"
            disabled={!row.consent}
            onClick={() => void decide(row.id, "accepted")}
          >
            Accept
          </button>
        )}
        {row.state !== "refused" && (
          <button type="button" className="key key-edge" onClick={() => void decide(row.id, "refused")}>
            Refuse
          </button>
        )}
        {row.state !== "waiting" && (
          <button type="button" className="key" onClick={() => void decide(row.id, "waiting")}>
            Let wait
          </button>
        )}
      </div>
    </li>
  );
}
