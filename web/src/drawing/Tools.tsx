import { useSyncExternalStore } from "react";
import { Icon, type IconName } from "../app/Icon";
import { Switch } from "../app/Switch";
import { NIB, type Tool, useSettings } from "../app/settings";
import { SaveDrawing } from "../history/SaveKey";
import type { Drawing } from "../ink/drawing";
import { clear, drawing, read } from "./current";

const TOOLS: { tool: Tool; label: string }[] = [
  { tool: "pen", label: "Pen" },
  { tool: "eraser", label: "Eraser" },
];

/** What lies beside the paper: pen and eraser, the way back, and the choice between live and on demand. */
export function Tools() {
  const live = useSettings((settings) => settings.live);
  return (
    <div className="@container flex flex-wrap items-center justify-between gap-x-3 gap-y-2">
      <div className="flex flex-1 items-center justify-between gap-2 wide:flex-none wide:@min-[40rem]:gap-4">
        <ToolChoice />
        <NibWidth />
        <Steps drawing={drawing} onClear={clear} />
      </div>
      <div className="flex min-h-11 flex-1 items-center justify-between gap-2 wide:flex-none">
        <Switch
          on={live}
          onChange={(on) => useSettings.setState({ live: on })}
          className="relative flex min-h-11 items-center gap-2 text-sm"
        >
          Live
        </Switch>
        {!live && (
          <button
            type="button"
            className="key key-main px-6 wide:@max-[40rem]:px-3"
            title="Ctrl+Enter"
            onClick={read}
          >
            Read
          </button>
        )}
        {__WITH_SERVER__ && <SaveDrawing />}
      </div>
    </div>
  );
}

export function ToolChoice() {
  const chosen = useSettings((settings) => settings.tool);
  return (
    <fieldset className="choice">
      <legend className="sr-only">Tool</legend>
      {TOOLS.map(({ tool, label }) => (
        <label key={tool} title={label}>
          <input
            type="radio"
            name="tool"
            aria-label={label}
            checked={tool === chosen}
            onChange={() => useSettings.setState({ tool })}
          />
          <Icon name={tool} />
        </label>
      ))}
    </fieldset>
  );
}

export function NibWidth() {
  const nib = useSettings((settings) => settings.nib);
  return (
    <input
      type="range"
      aria-label="Pen width"
      title="Pen width"
      className="slider w-0 min-w-20 max-w-28 flex-1 wide:@max-[30rem]:min-w-12"
      {...NIB}
      value={nib}
      onChange={({ target }) => useSettings.setState({ nib: target.valueAsNumber, tool: "pen" })}
    />
  );
}

/** The way back, the way there again, and clear paper. */
export function Steps({ drawing, onClear }: { drawing: Drawing; onClear(): void }) {
  const canUndo = useSyncExternalStore(drawing.subscribe, () => drawing.canUndo);
  const canRedo = useSyncExternalStore(drawing.subscribe, () => drawing.canRedo);
  return (
    <div className="flex">
      <Step icon="undo" label="Undo" hint="Ctrl+Z" disabled={!canUndo} onClick={() => drawing.undo()} />
      <Step icon="redo" label="Redo" hint="Ctrl+Shift+Z" disabled={!canRedo} onClick={() => drawing.redo()} />
      <Step icon="clear" label="Clear" onClick={onClear} />
    </div>
  );
}

interface StepProps {
  icon: IconName;
  label: string;
  hint?: string;
  disabled?: boolean;
  onClick(): void;
}

function Step({ icon, label, hint, disabled = false, onClick }: StepProps) {
  return (
    <button
      type="button"
      className="key key-icon"
      aria-label={label}
      title={hint ? `${label} (${hint})` : label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
