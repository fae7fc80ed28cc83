import { useEffect, useSyncExternalStore } from "react";
import { Details } from "../answer/Details";
import { useAnswer } from "../answer/reads";
import { Verdict } from "../answer/Verdict";
import { useSettings } from "../app/settings";
import { drawing, isStale, readLive } from "./current";
import { Sheet } from "./Sheet";
import { useShortcuts } from "./shortcuts";
import { Tools } from "./Tools";

/** The sheet with its tools, and the answer beside it. */
export function DrawView() {
  useEffect(readLive, []);
  useShortcuts();
  return (
    <main className="desk">
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
  const stale = useSyncExternalStore(subscribe, isStale);
  return <Verdict stale={stale && !live} empty="Nothing drawn yet" />;
}

function subscribe(listener: () => void): () => void {
  const stops = [drawing.subscribe(listener), useAnswer.subscribe(listener)];
  return () => {
    for (const stop of stops) stop();
  };
}
