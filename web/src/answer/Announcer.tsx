import { useEffect, useState } from "react";
import { useSettings } from "../app/settings";
import { useAnswer } from "./reads";
import { spoken, spokenText, verdictOf } from "./words";

const SETTLED = 700; // ms without a change: while the pen moves, there is nothing to announce

function words(): string {
  const { reading } = useAnswer.getState();
  return useSettings.getState().mode === "digit" ? spoken(verdictOf(reading)) : spokenText(reading);
}

/** Says the answer to screen readers, once it stands still. */
export function Announcer() {
  const [text, setText] = useState("");
  useEffect(() => {
    let timer = 0;
    const settle = () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => setText(words()), SETTLED);
    };
    const stop = useAnswer.subscribe(settle);
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, []);
  return (
    <p role="status" className="sr-only">
      {text}
    </p>
  );
}
