import { type InputHTMLAttributes, useId } from "react";

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  note?: string;
  wrong?: string; // what is wrong with what was typed, "" where nothing is
}

/** A field with its label, a note on what it wants, and what is wrong with what it got. */
export function Field({ label, note = "", wrong = "", ...input }: Props) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <input
        {...input}
        id={id}
        aria-invalid={wrong !== ""}
        aria-describedby={note || wrong ? `${id}-note` : undefined}
        className="field w-full"
      />
      {(note || wrong) && (
        <p id={`${id}-note`} className={`mt-1 text-sm ${wrong ? "wrong" : "text-quiet"}`}>
          {wrong || note}
        </p>
      )}
    </div>
  );
}

/** Why a form did not do what it is for: read out as it comes. */
export function Problem({ text }: { text: string }) {
  return (
    <p role="alert" className={text ? "wrong text-sm" : "hidden"}>
      {text}
    </p>
  );
}
