import { type ReactNode, useId } from "react";

/** A part of a view, with its heading. */
export function Panel({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="panel min-w-0">
      <h3 id={id} className="mb-2 font-numeral text-xl">
        {title}
      </h3>
      {children}
    </section>
  );
}

/** Why a list is not there, with a way to ask again. */
export function Missing({ problem, again }: { problem: string; again(): void }) {
  if (!problem) return null;
  return (
    <div role="alert" className="flex flex-wrap items-center gap-2 text-sm">
      <p className="wrong">{problem}</p>
      <button type="button" className="key key-edge" onClick={again}>
        Try again
      </button>
    </div>
  );
}
