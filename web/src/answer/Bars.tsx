import type { Reading } from "../readers";
import { bars, LABELS, percent } from "./words";

const FAINT = 0.05; // below it, no digit stands out

/** How probable each digit is: ten bars. */
export function Bars({ reading }: { reading: Reading | null }) {
  const shares = bars(reading);
  const most = Math.max(...shares);
  return (
    <ol aria-label="Probability of each digit" className="grid grid-cols-10 gap-1 wide:gap-2">
      {LABELS.map((label, digit) => {
        const share = shares[digit] ?? 0;
        const best = share === most && most > FAINT;
        return (
          <li key={label} title={`${label}: ${percent(share)}`} className="text-center">
            <span className="relative mx-auto block h-16 w-3/5 overflow-hidden rounded-full bg-line/60 wide:h-[clamp(4rem,15dvh,8rem)]">
              <span
                data-testid={`bar-${label}`}
                className={`bar absolute inset-0 ${best ? "bg-ink" : "bg-ink/55"}`}
                style={{ transform: `scaleY(${share.toFixed(4)})` }}
              />
            </span>
            <span
              className={`mt-1 block text-sm tabular-nums ${best ? "font-semibold text-ink" : "text-quiet"}`}
            >
              {label}
              <span className="sr-only">: {percent(share)}</span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}
