import type { ReactNode } from "react";

interface Props {
  on: boolean;
  onChange(on: boolean): void;
  className: string; // of the label
  children: ReactNode; // what it says
}

/** On or off, with its label beside it. */
export function Switch({ on, onChange, className, children }: Props) {
  return (
    <label className={className}>
      <input
        type="checkbox"
        role="switch"
        className="switch shrink-0"
        checked={on}
        aria-checked={on}
        onChange={() => onChange(!on)}
      />
      {children}
    </label>
  );
}
