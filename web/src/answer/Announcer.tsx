import { useEffect, useState } from "react";
import { useAnswer } from "./reads";
import { spoken, verdictOf } from "./words";

const SETTLED = 700; // ms without a change: while the pen moves, there is nothing to announce

/** Says the answer to screen readers, once it stands still. */
export function Announcer() {
  const [text, setText] = useState("");
  useEffect(() => {
    let timer = 0;
    const settle = () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => setText(spoken(verdictOf(useAnswer.getState().reading))), SETTLED);
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
