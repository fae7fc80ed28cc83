/** Rows of cells as spreadsheets take them: RFC 4180. */
export function toCsv(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");
}

function cell(value: string | number): string {
  const text = String(value);
  const runs = /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d.,]+$/.test(text); // as a formula; a signed number is none
  const inert = runs ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

/** Offers a CSV file to keep. */
export function download(name: string, csv: string): void {
  const url = URL.createObjectURL(new Blob([csv], { type: "text/csv" }));
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url)); // after the download has begun
}
