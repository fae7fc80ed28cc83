import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** What benchmarks/web.py makes a row of. */
export interface Measured {
  values: number[]; // all that was measured, in the unit of the row
  parts?: Record<string, number>;
  note?: string;
}

/** Leaves a measurement for benchmarks/web.py. */
export function keep(key: string, measured: Measured): void {
  const folder = process.env.BENCH_OUT;
  if (!folder) throw new Error("expected BENCH_OUT, the folder to write to; run `python -m benchmarks.web`");
  writeFileSync(join(folder, `${key}.json`), JSON.stringify(measured));
}
