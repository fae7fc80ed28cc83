import { chooseEngine, engineOf, useDeviceState, warmUp } from "../app/engine";
import { type Engine, useSettings } from "../app/settings";
import type { DeviceState } from "../readers";

const ENGINES: { engine: Engine; label: string }[] = [
  { engine: "auto", label: "Auto" },
  { engine: "device", label: "This device" },
  { engine: "server", label: "Server" },
];

/** Who reads, and what that means for the drawing: whether it leaves this device. */
export function EngineSwitch() {
  const chosen = useSettings((settings) => settings.engine);
  const device = useDeviceState();
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 text-sm">
      {__WITH_SERVER__ && (
        <fieldset className="choice">
          <legend className="sr-only">Read by</legend>
          {ENGINES.map(({ engine, label }) => (
            <label key={engine}>
              <input
                type="radio"
                name="engine"
                checked={engine === chosen}
                onChange={() => chooseEngine(engine)}
              />
              {label}
            </label>
          ))}
        </fieldset>
      )}
      <p data-testid="engine-state" className="text-quiet">
        {meaningOf(engineOf(chosen), device)}
      </p>
      {device.state === "failed" && chosen !== "server" && (
        <button type="button" className="key key-edge" onClick={warmUp}>
          Try again
        </button>
      )}
    </div>
  );
}

function meaningOf(engine: Engine, device: DeviceState): string {
  if (engine === "server") return "Sent to the server.";
  switch (device.state) {
    case "ready":
      return "Nothing leaves this device.";
    case "failed":
      return engine === "auto" ? "This device cannot read: the server does." : "This device cannot read.";
    default: {
      const share = device.state === "loading" && device.total ? device.received / device.total : 0;
      const done = `${Math.round(100 * share)} %`;
      return engine === "auto" ? `Server reads; this device ${done}.` : `Getting ready: ${done}.`;
    }
  }
}
