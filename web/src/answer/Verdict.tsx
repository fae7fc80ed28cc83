import { currentReader, useDeviceState } from "../app/engine";
import type { DeviceState } from "../readers";
import { Bars } from "./Bars";
import { askAgain, useAnswer } from "./reads";
import { percent, type Verdict as Spoken, verdictOf } from "./words";

/** The answer, large, and how sure it is. `stale`: it is that of an earlier drawing. */
export function Verdict({ stale = false, empty }: { stale?: boolean; empty: string }) {
  const reading = useAnswer((answer) => answer.reading);
  const state = useAnswer((answer) => answer.state);
  const device = useDeviceState();
  const verdict = verdictOf(reading);
  return (
    <section
      aria-label="Answer"
      className={`grid grid-cols-[minmax(6.5rem,2fr)_3fr] items-end gap-x-4 wide:grid-cols-1 wide:gap-y-6 ${stale ? "stale" : ""}`}
      style={{ gridArea: "verdict" }}
    >
      <div className="flex h-28 flex-col justify-end wide:h-[clamp(9rem,38dvh,21rem)]">
        <Headline verdict={verdict} empty={reading ? empty : stateOf(state, device, empty)} />
        {state === "failed" && (
          <button type="button" className="key key-edge mt-3 self-start" onClick={askAgain}>
            Try again
          </button>
        )}
        {stale && <p className="sr-only">This is the answer to an earlier drawing.</p>}
      </div>
      <Bars reading={reading} />
    </section>
  );
}

/** Why there is no answer. */
export function stateOf(state: "still" | "waiting" | "failed", device: DeviceState, empty: string): string {
  if (state === "still") return empty;
  if (state === "failed") return "Not read";
  if (currentReader()) return "Reading…";
  return device.state === "failed" ? "Cannot read" : "Getting ready…";
}

/** A verdict in large type, and how sure it is. */
export function Headline({ verdict, empty }: { verdict: Spoken; empty: string }) {
  switch (verdict.kind) {
    case "nothing":
      return <Words title={empty} note="" quiet />;
    case "no digit":
      return <Words title="Not a digit" note={`${percent(verdict.sure)} sure`} />;
    case "torn": {
      const { first, second } = verdict;
      return (
        <>
          <p data-testid="answer" className="numeral whitespace-nowrap text-6xl wide:text-[min(8rem,17dvh)]">
            {first.label}
            <span className="mx-[0.22em] text-[0.42em] italic">or</span>
            {second.label}
            <span className="ml-[0.08em]">?</span>
          </p>
          <Note>
            {percent(first.probability)} or {percent(second.probability)} sure
          </Note>
        </>
      );
    }
    case "digit":
      return (
        <>
          <p
            key={verdict.text}
            data-testid="answer"
            className="numeral arrive -ml-[0.04em] text-[5.5rem] wide:text-[min(20rem,36dvh)]"
          >
            {verdict.text}
          </p>
          <Note>{percent(verdict.sure)} sure</Note>
        </>
      );
  }
}

export function Words({ title, note, quiet = false }: { title: string; note: string; quiet?: boolean }) {
  return (
    <>
      <p
        data-testid="answer"
        className={`numeral text-balance text-[1.75rem] italic wide:text-5xl ${quiet ? "!text-quiet" : ""}`}
      >
        {title}
      </p>
      {note && <Note>{note}</Note>}
    </>
  );
}

function Note({ children }: { children: React.ReactNode }) {
  return <p className="mt-2 min-h-5 text-sm tabular-nums text-quiet wide:text-base">{children}</p>;
}
