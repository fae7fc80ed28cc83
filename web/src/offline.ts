/**
 * Keeps the page on this device, so that it opens without a network, and is installable.
 *
 *   reader ready -> service worker registered -> it keeps page, WebAssembly and model (vite/offline.ts)
 *   a new version found -> it waits -> the user agrees -> it takes over -> the page is loaded anew
 */
import { deviceReaders } from "./readers";

/**
 * Starts as soon as a reader on this device has come or failed: its download goes first. Who never loads one, as
 * all is read on the server, keeps no copy.
 */
export function keepOffline(onNewVersion: (use: () => void) => void): void {
  if (!("serviceWorker" in navigator)) return; // plain http: the page works, but not offline
  const settled = () => deviceReaders.some(({ state }) => ["ready", "failed"].includes(state().state));
  if (settled()) return void register(onNewVersion);
  const ends = deviceReaders.map(({ subscribe }) =>
    subscribe(() => {
      if (!settled()) return;
      for (const end of ends) end();
      void register(onNewVersion);
    }),
  );
}

async function register(onNewVersion: (use: () => void) => void): Promise<void> {
  let registration: ServiceWorkerRegistration;
  try {
    registration = await navigator.serviceWorker.register(`${import.meta.env.BASE_URL}sw.js`);
  } catch {
    return; // private windows may refuse; nothing is lost but the offline copy
  }
  const offer = () => {
    const waiting = registration.waiting;
    // without a controller this is the first version, which replaces none
    if (waiting && navigator.serviceWorker.controller) onNewVersion(() => use(waiting));
  };
  offer();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", offer);
  });
}

function use(waiting: ServiceWorker): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  waiting.postMessage({ type: "SKIP_WAITING" });
}
