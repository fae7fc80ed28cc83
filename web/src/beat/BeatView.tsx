import { useSyncExternalStore } from "react";
import { createStore } from "zustand";
import { Headline } from "../answer/Verdict";
import { verdictOf } from "../answer/words";
import { engineOf } from "../app/engine";
import { Switch } from "../app/Switch";
import { useSettings } from "../app/settings";
import { Paper } from "../drawing/Paper";
import { useShortcuts } from "../drawing/shortcuts";
import { NibWidth, Steps, ToolChoice } from "../drawing/Tools";
import { type Sheet, SQUARE } from "../ink/stroke";
import { deviceReader } from "../readers";
import { done, next, say, skip, startOver, useGame, useKept } from "./game";
import { scoreOf } from "./rules";
import { announcement, meaning, withArticle } from "./words";

const square = createStore<{ sheet: Sheet }>(() => ({ sheet: SQUARE }));

/** "Beat the reader": people draw digits that are hard, and score where the reader fails. */
export default function BeatView() {
  const { challenge, drawing, phase, reading, judged, hint, ended } = useGame();
  return (
    <main className="desk beat">
      <section
        aria-label="Drawing"
        className="flex min-w-0 flex-col gap-2.5 wide:gap-3"
        style={{ gridArea: "work" }}
      >
        <Paper
          drawing={drawing}
          sheets={square}
          hand={hand}
          tap={noTap}
          invitation={`Draw ${withArticle(challenge.digit)} here`}
          still={phase !== "asked"}
        />
        <Desk />
      </section>
      <section
        aria-label="Challenge"
        className={`challenge ${reading ? "told" : ""}`}
        style={{ gridArea: "verdict" }}
      >
        {reading && judged ? (
          <>
            <div>
              <Headline verdict={verdictOf(reading)} empty="" />
            </div>
            <div className="min-w-0">
              <h2 className="text-sm text-quiet">Asked: {challenge.asked}</h2>
              <p className="mt-1 text-pretty wide:text-lg">{meaning(challenge, judged)}</p>
            </div>
          </>
        ) : (
          <>
            <div>
              <p className="text-sm text-quiet">Draw</p>
              <h2 className="asked">{challenge.asked}</h2>
              {hint && <p className="mt-1 text-sm wide:text-base">{hint}</p>}
            </div>
            <Sketch path={challenge.sketch} />
          </>
        )}
        <p role="status" className="sr-only">
          {announcement(challenge, { reading, judged, hint, ended })}
        </p>
      </section>
      <section
        aria-label="Score"
        className="flex flex-col gap-2.5 wide:justify-end wide:gap-4"
        style={{ gridArea: "details" }}
      >
        <Score />
        <p className="text-pretty text-sm text-quiet">
          The reader scores where it is right and sure; you, where it is not, if you say honestly that others
          would read what was asked.
        </p>
        <Consent />
      </section>
    </main>
  );
}

function hand() {
  const { tool, nib } = useSettings.getState();
  return { tool, nib };
}

function noTap(): boolean {
  return false;
}

/** Pen and eraser, and what comes next. */
function Desk() {
  const { drawing, phase, judged } = useGame();
  const failed = judged === "wrong" || judged === "unsure";
  const main = judged === null ? done : failed ? () => say(true) : next;
  const other = judged === null ? skip : () => say(false);
  useShortcuts(drawing, main);
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-2">
      <div
        className={`flex flex-1 items-center justify-between gap-2 wide:flex-none wide:gap-4 ${judged ? "invisible wide:hidden" : ""}`}
      >
        <ToolChoice />
        <NibWidth />
        <Steps drawing={drawing} onClear={() => drawing.clear()} />
      </div>
      <div className="ml-auto flex min-h-11 flex-1 justify-end gap-2 wide:flex-none">
        {/* the same two keys all along: the focus stays where it is, and a second click of a double one does nothing */}
        <button
          type="button"
          className={`key key-edge flex-1 wide:flex-none ${judged === "right" ? "hidden" : ""}`}
          onClick={({ detail }) => detail < 2 && other()}
        >
          {failed ? "No, leave it out" : "Skip"}
        </button>
        <button
          type="button"
          className="key key-main flex-1 wide:min-w-28 wide:flex-none"
          title="Ctrl+Enter"
          aria-disabled={phase === "reading"}
          onClick={({ detail }) => detail < 2 && main()}
        >
          {mainLabel()}
        </button>
      </div>
    </div>
  );

  function mainLabel(): string {
    if (phase === "reading") return "Reading…";
    if (judged === null) return "Done";
    return failed ? "Yes, my point" : "Next";
  }
}

/** One way to draw it, as a pen would. */
function Sketch({ path }: { path: string }) {
  return (
    <svg
      role="img"
      aria-label="One way to draw it"
      viewBox="0 0 100 100"
      className="sketch"
      fill="none"
      stroke="currentColor"
      strokeWidth="5"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={path} />
    </svg>
  );
}

function Score() {
  const rounds = useKept((kept) => kept.rounds);
  const { you, reader } = scoreOf(rounds);
  return (
    <div className="flex items-center gap-4 wide:items-end">
      <dl className="flex flex-1 gap-6 wide:gap-8">
        {Object.entries({ You: you, "The reader": reader }).map(([name, points]) => (
          <div
            key={name}
            className="flex flex-row-reverse items-baseline gap-2 wide:flex-col-reverse wide:items-start wide:gap-0"
          >
            <dt className="text-sm text-quiet">{name}</dt>
            <dd className="numeral text-4xl tabular-nums wide:text-6xl">{points}</dd>
          </div>
        ))}
      </dl>
      {rounds.length > 0 && (
        <button type="button" className="key text-sm" onClick={startOver}>
          Start over
        </button>
      )}
    </div>
  );
}

/** Whether what the reader fails on is sent to learn from: not without asking. */
function Consent() {
  const teaches = useKept((kept) => kept.teaches);
  const { sent, notSent } = useGame();
  const where = useWhere();
  if (!__WITH_SERVER__)
    return <p className="text-sm text-quiet">{where} There is no server: nothing is sent.</p>;
  return (
    <div className="text-sm">
      <Switch
        on={teaches}
        onChange={(on) => useKept.setState({ teaches: on })}
        className="relative flex min-h-9 items-center gap-3"
      >
        Let it learn where I score
      </Switch>
      <p role="status" className="min-h-10 text-quiet wide:min-h-5">
        {teaches ? fate(sent, notSent) : where}
      </p>
    </div>
  );
}

/** Who reads, and what that means for the drawing. */
function useWhere(): string {
  const engine = engineOf(useSettings((settings) => settings.engine));
  const { subscribe, state } = deviceReader(null);
  const device = useSyncExternalStore(subscribe, state);
  const failed = device.state === "failed";
  if (engine === "server" || (engine === "auto" && __WITH_SERVER__ && failed))
    return "The server reads what you draw, and keeps nothing.";
  if (failed) return "This device cannot read: the reader could not be loaded.";
  return __WITH_SERVER__ ? "This device reads. Nothing is sent." : "This device reads.";
}

/** What becomes of the drawings that score for the person, now that they teach. */
function fate(sent: number, notSent: string): string {
  if (notSent) return `Not sent: ${notSent}`;
  if (sent > 0) return `${sent} sent to learn from. Thank you.`;
  return "Where you score, the drawing and its digit are sent to the server, and kept.";
}
