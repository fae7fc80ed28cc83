import { type ReactNode, useEffect, useId, useRef } from "react";
import { Icon } from "./Icon";

interface Props {
  title: string;
  onClose(): void;
  children: ReactNode;
}

/** A modal dialog; the browser keeps the focus in it, closes it by Escape and gives the focus back. */
export function Dialog({ title, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    element?.querySelector<HTMLElement>("[data-focus]")?.focus(); // else it is on the key that closes it
    return () => element?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, too
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
      className="arrive m-auto w-[min(30rem,100vw-2rem)] rounded-3xl border border-line bg-sheet p-5 text-text shadow-2xl backdrop:bg-black/45"
    >
      <div className="mb-4 flex items-center justify-between">
        <h2 id={heading} className="min-w-0 truncate font-numeral text-2xl lining-nums">
          {title}
        </h2>
        <button type="button" className="key key-icon" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      {children}
    </dialog>
  );
}
