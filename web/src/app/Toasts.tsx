import { useEffect, useRef } from "react";
import { Icon } from "./Icon";
import { dismiss, type Notice, useNotices } from "./notices";

const SHOWN = 7000; // ms; longer while the pointer or the focus is on it

/** The notices, over what cannot be pressed where room is scarce; read out as they come. */
export function Toasts() {
  const notices = useNotices(({ notices }) => notices);
  return (
    <section
      aria-label="Notices"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-4 top-26 z-20 flex flex-col items-center gap-2 wide:inset-auto wide:top-16 wide:right-4 wide:w-88 xl:top-2! xl:right-52!"
    >
      {notices.map((notice) => (
        <Toast key={notice.id} notice={notice} />
      ))}
    </section>
  );
}

function Toast({ notice: { id, title, detail, action } }: { notice: Notice }) {
  const timer = useRef(0);
  const hold = () => clearTimeout(timer.current);
  const release = () => {
    hold();
    if (action) return;
    timer.current = window.setTimeout(() => dismiss(id), SHOWN);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, as it comes; each notice has its own id
  useEffect(() => {
    release();
    return hold;
  }, []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: looking at it holds it; nothing is done by it
    <div
      onPointerEnter={hold}
      onPointerLeave={release}
      onFocus={hold}
      onBlur={release}
      className="arrive pointer-events-auto flex w-full max-w-md items-start gap-3 rounded-2xl border border-line bg-sheet p-3 pl-4 shadow-lg"
    >
      <div className="min-w-0 flex-1 py-0.5">
        <p className="font-semibold">{title}</p>
        <p className="break-words text-sm text-quiet">{detail}</p>
        {action && (
          <button type="button" className="key key-main mt-2 text-sm" onClick={action.act}>
            {action.label}
          </button>
        )}
      </div>
      <button
        type="button"
        className="key key-icon min-h-9! min-w-9!"
        aria-label={`Dismiss: ${title}`}
        onClick={() => dismiss(id)}
      >
        <Icon name="close" size={18} />
      </button>
    </div>
  );
}
