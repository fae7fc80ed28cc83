import { useAnswer } from "../answer/reads";
import { Icon } from "../app/Icon";
import { open } from "../app/view";
import { NOTHING_DRAWN, NOTHING_TO_READ } from "../readers";
import { save, useSaved } from "./saved";

const NOTHING = [NOTHING_DRAWN, NOTHING_TO_READ];

/** Keeps drawing and reading in the history, and says whether they are there. */
export function SaveKey() {
  const reading = useAnswer((answer) => answer.reading);
  const key = useAnswer((answer) => answer.subject?.key ?? "");
  const saved = useSaved(({ byKey }) => byKey.get(key));
  const nothing = !reading || NOTHING.some((one) => reading.unsure.includes(one));
  const state = saved?.state;
  return (
    <>
      {state === "saved" ? (
        <button
          type="button"
          className="key px-2! text-sm text-ink!"
          title="See it in the history"
          onClick={() => open("history")}
        >
          <Icon name="check" size={20} /> Saved
        </button>
      ) : (
        <button
          type="button"
          className="key px-2! text-sm"
          disabled={nothing || state === "saving"}
          onClick={save}
        >
          <Icon name="save" size={20} /> {state === "saving" ? "Saving…" : "Save"}
        </button>
      )}
      <span aria-live="polite" className="sr-only">
        {state === "saved" ? "Saved to your history" : ""}
      </span>
    </>
  );
}
