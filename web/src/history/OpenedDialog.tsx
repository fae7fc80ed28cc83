import { useState } from "react";
import { percent } from "../answer/words";
import { Dialog } from "../app/Dialog";
import { Icon } from "../app/Icon";
import { useAsked } from "../app/useAsked";
import { ShareReading } from "../share/ShareReading";
import { Drawn } from "./Drawn";
import { goOnWith } from "./onSheet";
import { type Entry, opened, remove } from "./store";
import { beforeOf, doubtOf, momentOf, titleOf } from "./words";

const KINDS = ["json", "png", "svg"] as const;

/** A saved reading, large, and all that can be done with it. */
export function OpenedDialog({ entry, onClose }: { entry: Entry; onClose(): void }) {
  const { id } = entry;
  const { data: reading, problem } = useAsked(() => opened(id));
  const goOn = () => {
    if (!reading) return;
    onClose();
    void goOnWith(reading);
  };
  const before = beforeOf(entry);
  const doubt = doubtOf(entry);
  return (
    <Dialog title={titleOf(entry)} onClose={onClose}>
      <div className="dots grid h-56 place-items-center overflow-hidden rounded-2xl border border-line p-2">
        {reading ? (
          <Drawn
            drawing={reading.drawing}
            label={`The drawing, read as ${titleOf({ ...entry, label: null })}`}
          />
        ) : (
          <p role={problem ? "alert" : undefined} className="text-quiet">
            {problem || "Loading…"}
          </p>
        )}
      </div>
      <p className="mt-3 text-sm text-quiet">
        {momentOf(entry.made)}, {percent(entry.confidence)} sure
        {doubt && `, ${entry.unsure.join(", ")}`}
        {before && `; read as ${before}, corrected`}
      </p>
      <div className="mt-3 flex flex-wrap items-center gap-1">
        <button type="button" className="key key-main" disabled={!reading} onClick={goOn}>
          Open
        </button>
        {KINDS.map((kind) => (
          <a
            key={kind}
            className="key gap-1! px-1.5! text-sm"
            href={`/api/v1/readings/${id}/drawing.${kind}`}
            download
            aria-label={`Save the drawing as ${kind.toUpperCase()}`}
          >
            <Icon name="download" size={18} /> {kind.toUpperCase()}
          </a>
        ))}
        <Delete
          onDelete={async () => {
            if (!(await remove([id]))) return;
            onClose();
            document.querySelector<HTMLElement>("main h2")?.focus(); // what opened it is gone
          }}
        />
      </div>
      <ShareReading id={id} />
    </Dialog>
  );
}

/** Asks once more, in its own place: there is no way back. */
function Delete({ onDelete }: { onDelete(): void }) {
  const [sure, setSure] = useState(false);
  if (!sure) {
    return (
      <button type="button" className="key ml-auto px-2! text-sm" onClick={() => setSure(true)}>
        Delete
      </button>
    );
  }
  return (
    <span className="ml-auto flex items-center gap-1">
      {/* biome-ignore lint/a11y/noAutofocus: where the key was that asked for it */}
      <button type="button" autoFocus className="key key-danger text-sm" onClick={onDelete}>
        Delete for good
      </button>
      <button type="button" className="key text-sm" onClick={() => setSure(false)}>
        Keep
      </button>
    </span>
  );
}
