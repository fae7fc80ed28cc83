/** Arithmetic of lists that TypeScript lacks. */

/** The middle of some numbers, at least one; between the two in the middle of an even count. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2
    ? at(sorted, Math.floor(middle))
    : (at(sorted, middle - 1) + at(sorted, middle)) / 2;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** What stands at a place that is known to be there. */
export function at<T>(values: readonly T[], index: number): T {
  return values[index] as T;
}

/** The column of the likeliest label but the reject label, which is the last one; the first of equals. */
export function bestOf(row: readonly number[]): number {
  const labels = row.slice(0, -1);
  return labels.indexOf(Math.max(...labels));
}
