import { useSyncExternalStore } from "react";
import {
  type Alphabet,
  type DeviceState,
  deviceReader,
  deviceReaders,
  type Reader,
  serverReader,
} from "../readers";
import { alphabetOf, MODE_NAMES, type Mode } from "./modes";
import { type Engine, useSettings } from "./settings";

const servers = new Map<Alphabet | null, Reader>(
  MODE_NAMES.map(alphabetOf).map((alphabet) => [alphabet, serverReader(alphabet)]),
);

/** The engine in force: a build without a server has but one. */
export function engineOf(chosen: Engine): Engine {
  return __WITH_SERVER__ ? chosen : "device";
}

/**
 * Who reads now; null while the device, which alone may read, is not ready.
 * By "auto" the server answers until the device is ready, and from then on nothing leaves the device.
 */
export function readerOf(engine: Engine, alphabet: Alphabet | null): Reader | null {
  const device = deviceReader(alphabet);
  const ready = device.state().state === "ready";
  if (engine === "server" || (engine === "auto" && !ready)) return servers.get(alphabet) ?? null;
  return ready ? device.reader(alphabet) : null;
}

export function currentReader(): Reader | null {
  const { engine, mode } = useSettings.getState();
  return readerOf(engineOf(engine), alphabetOf(mode));
}

export function chooseEngine(engine: Engine): void {
  useSettings.setState({ engine });
  warmUp();
}

export function chooseMode(mode: Mode): void {
  useSettings.setState({ mode });
  warmUp();
}

/** Gets the device ready for what is to be read, unless it is not to read. */
export function warmUp(): void {
  if (engineOf(useSettings.getState().engine) !== "server") currentDevice().load();
}

/** Calls `listener` with the reason whenever this device, though it should, cannot read. */
export function onDeviceFailure(listener: (why: string) => void): () => void {
  return every(
    deviceReaders.map((device) =>
      device.subscribe(() => {
        const state = device.state();
        if (state.state === "failed") listener(state.reason);
      }),
    ),
  );
}

/** Calls `listener` whenever another reader has come into force. */
export function onReaderChange(listener: () => void): () => void {
  let before = currentReader();
  const check = () => {
    const now = currentReader();
    if (now === before) return;
    before = now;
    listener();
  };
  return every([...deviceReaders.map(({ subscribe }) => subscribe(check)), useSettings.subscribe(check)]);
}

/** How far this device is from reading what is to be read. */
export function useDeviceState(): DeviceState {
  const alphabet = useSettings(({ mode }) => alphabetOf(mode));
  const { subscribe, state } = deviceReader(alphabet);
  return useSyncExternalStore(subscribe, state);
}

function currentDevice() {
  return deviceReader(alphabetOf(useSettings.getState().mode));
}

function every(stops: (() => void)[]): () => void {
  return () => {
    for (const stop of stops) stop();
  };
}
