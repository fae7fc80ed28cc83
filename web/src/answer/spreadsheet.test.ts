import { expect, it } from "vitest";
import { toCsv } from "./spreadsheet";

it("quotes what has commas, quotes or lines", () => {
  expect(toCsv([["a,b", 'say "7"', "1\n2", 3]])).toBe('"a,b","say ""7""","1\n2",3\r\n');
});

it("has nothing in it that a spreadsheet would run, and leaves signed numbers alone", () => {
  expect(toCsv([["=1+1.png", "-12.50", "+41", "-x", "@a"]])).toBe("'=1+1.png,-12.50,+41,'-x,'@a\r\n");
});
