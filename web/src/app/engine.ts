import { useSyncExternalStore } from "react";
import { type DeviceState, deviceReader, type Reader, serverReader } from "../readers";
import { type Engine, useSettings } from "./settings";

const server = serverReader();

/** The engine in force: a build without a server has but one. */
export function engineOf(chosen: Engine): Engine {
  return __WITH_SERVER__ ? chosen : "device";
}

/**
 * Who reads now; null while the device, which alone may read, is not ready.
 * By "auto" the server answers until the device is ready, and from then on nothing leaves the device.
 */
export function readerOf(engine: Engine, device: DeviceState): Reader | null {
  const ready = device.state === "ready";
  if (engine === "server" || (engine === "auto" && !ready)) return server;
  return ready ? deviceReader().reader : null;
}

export function currentReader(): Reader | null {
  return readerOf(engineOf(useSettings.getState().engine), deviceReader().state());
}

export function chooseEngine(engine: Engine): void {
  useSettings.setState({ engine });
  warmUp();
}

/** Gets the device ready, unless it is not to read. */
export function warmUp(): void {
  if (engineOf(useSettings.getState().engine) !== "server") deviceReader().load();
}

/** Calls `listener` with the reason whenever this device, though it should, cannot read. */
export function onDeviceFailure(listener: (why: string) => void): () => void {
  return deviceReader().subscribe(() => {
    const device = deviceReader().state();
    if (device.state === "failed") listener(device.reason);
  });
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
  const stops = [deviceReader().subscribe(check), useSettings.subscribe(check)];
  return () => {
    for (const stop of stops) stop();
  };
}

export function useDeviceState(): DeviceState {
  return useSyncExternalStore(deviceReader().subscribe, deviceReader().state);
}
