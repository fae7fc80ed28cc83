import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MODEL_FILE } from "../../vite/files";
import { cardOf } from "./modelfile";

const encoder = new TextEncoder();

/** A length-delimited field in Protocol Buffers' wire format, of at most 16,383 bytes. */
function field(number: number, content: Uint8Array): Uint8Array {
  const { length } = content;
  const size = length < 128 ? [length] : [(length & 0x7f) | 0x80, length >> 7];
  return Uint8Array.from([(number << 3) | 2, ...size, ...content]);
}

function model(key: string, value: string): Uint8Array {
  const entry = [...field(1, encoder.encode(key)), ...field(2, encoder.encode(value))];
  const version = [(1 << 3) | 0, 0x80, 0x01]; // ir_version, a varint of two bytes
  const fixed = [0xa5, 0x01, 1, 2, 3, 4]; // field 20, 32 bit
  return Uint8Array.from([
    ...version,
    ...fixed,
    ...field(7, new Uint8Array(300)),
    ...field(14, Uint8Array.from(entry)),
  ]);
}

const CARD = {
  format: 1,
  name: "test",
  alphabet: ["0", "1", "not a digit"],
  reject: "not a digit",
  thresholds: { reject: 0.4, sure: 0.75 },
};

test("the shipped model file names its ten digits and what is none", () => {
  const card = cardOf(readFileSync(MODEL_FILE));
  expect(card.labels).toEqual([..."0123456789", "not a digit"]);
  expect(card.reject).toBe(10);
  expect(card.thresholds.sure).toBeGreaterThanOrEqual(0.8);
});

test("the card is found behind other fields", () => {
  expect(cardOf(model("inkread", JSON.stringify(CARD)))).toEqual({
    name: "test",
    reads: "glyph",
    labels: CARD.alphabet,
    reject: 2,
    thresholds: CARD.thresholds,
    alphabets: {},
    twins: [],
  });
});

test("the card of a page file names its alphabets and the labels of one shape", () => {
  const page = { reads: "page", alphabets: { digits: ["0", "1"] }, twins: [["0", "O", "o"]] };
  expect(cardOf(model("inkread", JSON.stringify({ ...CARD, ...page })))).toMatchObject(page);
});

test("a card may have no reject label", () => {
  expect(cardOf(model("inkread", JSON.stringify({ ...CARD, reject: null }))).reject).toBeNull();
});

test.each([
  ["another's ONNX file", model("author", "somebody"), /without one/],
  ["a card of a later release", model("inkread", JSON.stringify({ ...CARD, format: 2 })), /format 1, got 2/],
  ["a web page", encoder.encode("<!doctype html><title>Not found</title>"), /fetch it again/],
  ["half a file", model("inkread", JSON.stringify(CARD)).subarray(0, 4), /truncated/],
])("%s is refused", (_, bytes, message) => {
  expect(() => cardOf(bytes)).toThrow(message);
});
