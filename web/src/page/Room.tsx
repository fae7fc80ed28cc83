import type { ReactNode } from "react";

interface Props {
  stale?: boolean;
  children?: ReactNode; // the text
  below?: ReactNode; // what can be done with it
}

/** The place of an answer of many characters: as high before that is loaded as after, or the sheet would move. */
export function Room({ stale = false, children, below }: Props) {
  return (
    <section
      aria-label="Answer"
      className={`flex flex-col gap-2 wide:gap-3 ${stale ? "stale" : ""}`}
      style={{ gridArea: "verdict" }}
    >
      <div className="read-text">{children}</div>
      <div className="flex min-h-11 items-center gap-1">{below}</div>
    </section>
  );
}
