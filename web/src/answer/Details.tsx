import { useState } from "react";
import { later } from "../app/later";
import { useSettings } from "../app/settings";
import { GlyphPanel } from "../page/lazy";
import { EngineSwitch } from "./EngineSwitch";
import { useAnswer } from "./reads";
import { Seen } from "./Seen";
import { duration } from "./words";

const Correction = later(() => import("./Correction"));

/** What stands behind the answer, a way to correct it, and who reads. */
export function Details() {
  const mode = useSettings((settings) => settings.mode);
  return (
    <section
      aria-label="Details"
      className="flex flex-col gap-3 wide:justify-end wide:gap-5"
      style={{ gridArea: "details" }}
    >
      {mode === "digit" ? <OneDigit /> : <GlyphPanel />}
      <EngineSwitch />
    </section>
  );
}

/** The square that was read, how long it took, and where. */
function OneDigit() {
  const reading = useAnswer((answer) => answer.reading);
  return (
    <div className="flex items-center gap-3 wide:gap-4">
      <Seen seen={reading?.seen ?? null} />
      <div className="min-w-0 flex-1 text-sm text-quiet">
        <p>What the reader saw</p>
        <p data-testid="timing" className="tabular-nums">
          {reading
            ? `${duration(reading.milliseconds)} on ${reading.where === "device" ? "this device" : "the server"}`
            : "–"}
        </p>
      </div>
      {__WITH_SERVER__ && reading && <Wrong />}
    </div>
  );
}

function Wrong() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="key px-2! text-sm"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        Wrong?
      </button>
      {open && <Correction onClose={() => setOpen(false)} />}
    </>
  );
}
