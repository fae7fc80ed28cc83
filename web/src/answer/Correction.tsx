import { useState } from "react";
import { Dialog } from "../app/Dialog";
import { tell } from "../app/notices";
import { Switch } from "../app/Switch";
import { savedAs } from "../history/saved";
import { NOT_A_DIGIT } from "../readers";
import { correct, type Label } from "./correct";
import { useAnswer } from "./reads";
import { LABELS } from "./words";

/** "Wrong? It is a …": sends what was read, with the right label, to the server. */
export default function Correction({ onClose }: { onClose(): void }) {
  const [{ subject, reading }] = useState(useAnswer.getState); // as it was when asked for
  const saved = savedAs(subject?.key);
  const [teaches, setTeaches] = useState(false);
  const send = async (label: Label) => {
    onClose();
    if (!subject || !reading) return;
    const consent = saved === null || teaches; // without a history to mend, that is all it is for
    const problem = await correct(label, subject.toCorrect(), reading, { saved, consent });
    if (problem) tell.notCorrected(problem);
    else if (consent) tell.corrected(label);
    else tell.relabelled(label);
  };
  return (
    <Dialog title="Wrong? It is a …" onClose={onClose}>
      <div className="grid grid-cols-5 gap-2">
        {LABELS.map((label) => (
          <button
            key={label}
            type="button"
            className="key key-edge numeral h-14 text-3xl"
            onClick={() => void send(label)}
          >
            {label}
          </button>
        ))}
        <button type="button" className="key key-edge col-span-5" onClick={() => void send(NOT_A_DIGIT)}>
          Not a digit
        </button>
      </div>
      {saved === null ? (
        <p className="mt-4 text-sm text-quiet">
          This sends it to the server, where it is kept with the right label, to learn from.
        </p>
      ) : (
        <Switch on={teaches} onChange={setTeaches} className="mt-4 flex min-h-11 items-center gap-3 text-sm">
          Your history has it corrected. The reader may learn from it, too.
        </Switch>
      )}
    </Dialog>
  );
}
