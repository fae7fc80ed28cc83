import { chooseMode } from "./engine";
import { MODE_NAMES, wordsOf } from "./modes";
import { useSettings } from "./settings";

/** What is read: one digit, or all that is written. */
export function ModeSwitch() {
  const chosen = useSettings((settings) => settings.mode);
  return (
    <fieldset className="choice modes">
      <legend className="sr-only">Read</legend>
      {MODE_NAMES.map((mode) => (
        <label key={mode}>
          <input type="radio" name="mode" checked={mode === chosen} onChange={() => chooseMode(mode)} />
          {wordsOf(mode).label}
        </label>
      ))}
    </fieldset>
  );
}
