import { useEffect, useState } from "react";
import { percent } from "../answer/words";
import { asked, NotDone, whyNot } from "../api/asked";
import { api } from "../api/client";
import type { components } from "../api/schema";
import { Icon } from "../app/Icon";
import { linkToken, open } from "../app/view";
import { Drawn } from "../history/Drawn";
import { doubtOf, isText, momentOf, titleOf } from "../history/words";

type Shown = components["schemas"]["Shown"];

/** What a link shows to whoever has it: drawing and reading, and nothing to change. */
export default function SharedView() {
  const [shown, setShown] = useState<Shown | null>(null);
  const [problem, setProblem] = useState<{ title: string; detail: string; again: boolean } | null>(null);
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round asks again
  useEffect(() => {
    let wanted = true;
    follow().then(
      (found) => wanted && setShown(found),
      (error: unknown) => wanted && setProblem(problemOf(error)),
    );
    return () => {
      wanted = false;
    };
  }, [round]);
  useEffect(() => {
    if (shown || problem)
      document.title = `${shown ? `Read as ${titleOf(shown)}` : problem?.title} – Inkread`;
  }, [shown, problem]);
  if (problem) {
    return (
      <main className="view">
        <div className="empty">
          <h2 className="font-numeral text-2xl italic">{problem.title}</h2>
          <p className="max-w-md text-quiet">{problem.detail}</p>
          <div className="flex flex-wrap justify-center gap-2">
            {problem.again && (
              <button
                type="button"
                className="key key-edge"
                onClick={() => {
                  setProblem(null);
                  setRound(round + 1);
                }}
              >
                Try again
              </button>
            )}
            <DrawKey />
          </div>
        </div>
      </main>
    );
  }
  return (
    <main className="desk">
      <section
        aria-label="Drawing"
        className="flex min-w-0 flex-col gap-3"
        style={{ gridArea: "work" }}
        aria-busy={!shown}
      >
        <div className="sheet dots grid place-items-center overflow-hidden p-5">
          {shown && <Drawn drawing={shown.drawing} label={`The drawing, read as ${titleOf(shown)}`} />}
        </div>
      </section>
      {shown && <Said shown={shown} />}
      <section
        aria-label="Details"
        className="flex flex-col gap-3 wide:justify-end"
        style={{ gridArea: "details" }}
      >
        {shown && (
          <p className="text-sm text-quiet">
            {momentOf(shown.made)}. Somebody shares this drawing with you; nothing else of theirs can be seen.
          </p>
        )}
        <div>
          <DrawKey />
        </div>
      </section>
    </main>
  );
}

function Said({ shown }: { shown: Shown }) {
  const title = titleOf(shown);
  const lines = title.split("\n");
  const large = isText(shown) && lines.length === 1 && title.length <= 2;
  const doubt = doubtOf(shown);
  return (
    <section
      aria-label="Answer"
      className="flex min-h-28 flex-col justify-end"
      style={{ gridArea: "verdict" }}
    >
      <h2
        data-testid="answer"
        className={`numeral break-words whitespace-pre-wrap ${
          large ? "text-[5.5rem] wide:text-[min(20rem,36dvh)]" : "text-5xl"
        } ${isText(shown) ? "" : "italic"}`}
      >
        {title}
      </h2>
      <p className="mt-2 text-sm text-quiet wide:text-base">
        {shown.label === null ? `${percent(shown.confidence)} sure` : "As a person says"}
        {doubt && `; ${shown.unsure.join(", ")}`}
      </p>
    </section>
  );
}

function DrawKey() {
  return (
    <button type="button" className="key key-main" onClick={() => open("draw")}>
      <Icon name="pen" /> Draw your own
    </button>
  );
}

function follow(): Promise<Shown> {
  const token = linkToken() ?? "";
  return asked(api.GET("/api/v1/shared/{token}", { params: { path: { token } } }));
}

function problemOf(error: unknown) {
  const status = error instanceof NotDone ? error.status : 0;
  if (status === 410) return { title: "This link has ended", detail: whyNot(error), again: false };
  if (status === 404) return { title: "This link leads nowhere", detail: whyNot(error), again: false };
  return { title: "This cannot be shown now", detail: whyNot(error), again: true };
}
