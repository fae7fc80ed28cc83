import { useEffect, useSyncExternalStore } from "react";
import { Details } from "../answer/Details";
import { useAnswer } from "../answer/reads";
import { Verdict } from "../answer/Verdict";
import { useSettings } from "../app/settings";
import { PageAnswer } from "../page/lazy";
import { drawing, isStale, read, readLive } from "./current";
import { Sheet } from "./Sheet";
import { useShortcuts } from "./shortcuts";
import { Tools } from "./Tools";

/** The sheet with its tools, and the answer beside it. */
export function DrawView() {
  useEffect(readLive, []);
  useShortcuts(drawing, read);
  const mode = useSettings((settings) => settings.mode);
  return (
    <main className={`desk ${mode === "digit" ? "" : "paged"}`}>
      <section
        aria-label="Drawing"
        className="flex min-w-0 flex-col gap-2.5 wide:gap-3"
        style={{ gridArea: "work" }}
      >
        <Sheet />
        <Tools />
      </section>
      <DrawingVerdict />
      <Details />
    </main>
  );
}

function DrawingVerdict() {
  const live = useSettings((settings) => settings.live);
  const mode = useSettings((settings) => settings.mode);
  const stale = useSyncExternalStore(subscribe, isStale) && !live;
  if (mode === "digit") return <Verdict stale={stale} empty="Nothing drawn yet" />;
  return <PageAnswer stale={stale} empty="Nothing written yet" />;
}

function subscribe(listener: () => void): () => void {
  const stops = [drawing.subscribe(listener), useAnswer.subscribe(listener)];
  return () => {
    for (const stop of stops) stop();
  };
}
