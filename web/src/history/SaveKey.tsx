import { useSyncExternalStore } from "react";
import { type Subject, useAnswer } from "../answer/reads";
import { Icon } from "../app/Icon";
import { useSettings } from "../app/settings";
import { open } from "../app/view";
import { drawing, key, subject } from "../drawing/current";
import { save, savingState, useSaved } from "./saved";

const LABEL = "wide:@max-[40rem]:sr-only"; // beside a small sheet there is room for the icon alone

type State = ReturnType<typeof savingState> | "nothing";

/** Keeps the drawing on the sheet in the history. */
export function SaveDrawing() {
  const state = useSyncExternalStore(onChange, () => (drawing.isEmpty ? "nothing" : savingState(key())));
  return <SaveKey state={state} onSave={() => save(subject())} />;
}

/** Keeps the picture that is read, or its part, in the history. */
export function SavePicture() {
  const subject = useAnswer((answer) => answer.subject);
  const state = useSaved(({ byKey }) => byKey.get(subject?.key ?? "")?.state ?? "unsaved");
  return <SaveKey state={subject ? state : "nothing"} onSave={() => save(subject as Subject)} />;
}

/** Says as well whether it is there. */
function SaveKey({ state, onSave }: { state: State; onSave(): void }) {
  return (
    <>
      {state === "saved" ? (
        <button
          type="button"
          className="key px-2! text-sm text-ink!"
          title="See it in the history"
          onClick={() => open("history")}
        >
          <Icon name="check" size={20} /> <span className={LABEL}>Saved</span>
        </button>
      ) : (
        <button
          type="button"
          className="key px-2! text-sm"
          title="Save to the history"
          disabled={state === "nothing" || state === "saving"}
          onClick={onSave}
        >
          <Icon name="save" size={20} />{" "}
          <span className={LABEL}>{state === "saving" ? "Saving…" : "Save"}</span>
        </button>
      )}
      <span aria-live="polite" className="sr-only">
        {state === "saved" ? "Saved to your history" : ""}
      </span>
    </>
  );
}

function onChange(listener: () => void): () => void {
  const stops = [drawing.subscribe(listener), useSaved.subscribe(listener), useSettings.subscribe(listener)];
  return () => {
    for (const stop of stops) stop();
  };
}
