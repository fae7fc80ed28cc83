/** From the outputs of a page file to a Reading, as `Reader` of src/inkread/reader.py does it. */
import { layOut, masked } from "./layout";
import { LETTERS } from "./layout/context";
import type { Card } from "./modelfile";
import type { Answer } from "./reading";
import { type Alphabet, type Box, type Candidate, type Glyph, NOTHING_DRAWN, NOTHING_TO_READ } from "./types";

const LEAST = 0.001; // probability of a candidate that is told; of 71 labels most have less

/** `probabilities` (glyphs, labels of the card) and `boxes` (glyphs, 4) in px, row after row, in no order. */
export function pageOf(
  probabilities: ArrayLike<number>,
  boxes: ArrayLike<number>,
  card: Card,
  alphabet: Alphabet,
): Answer {
  const { asked, reject } = labelsOf(card, alphabet);
  const found = Array.from({ length: boxes.length / 4 }, (_, glyph) => boxOf(boxes, 4 * glyph));
  if (found.length === 0) return none(NOTHING_DRAWN, 0);
  const shares = masked(probabilities, { all: card.labels, reject, asked, twins: card.twins });
  const page = layOut(found, shares, { asked, twins: card.twins }, card.thresholds.reject);
  if (page.order.length === 0) return none(NOTHING_TO_READ, product(shares.map((row) => row.at(-1) ?? 0)));

  const ranked = page.probabilities.map((row) => rankedBy(row, [...asked, reject]));
  const sure = page.chosen.map((column, i) => page.probabilities[i]?.[column] ?? 0);
  const doubts = ranked.flatMap((candidates, i) => {
    if ((sure[i] ?? 0) >= card.thresholds.sure) return [];
    const [first, second = first] = candidates.filter(({ label }) => label !== reject);
    return [`torn between ${first?.label} and ${second?.label}`];
  });
  const glyphs = page.order.map((row, i): Glyph => {
    const candidates = (ranked[i] ?? []).filter(
      ({ probability }, place) => place === 0 || probability >= LEAST,
    );
    return { box: found[row] as Box, candidates };
  });
  return {
    text: page.lines.map(({ text }) => text).join("\n"),
    confidence: product(sure),
    unsure: [...new Set(doubts)],
    glyphs,
    lines: page.lines,
  };
}

/** Whether no letter is asked for: the file's input beside the picture. */
export function isNumber(card: Card, alphabet: Alphabet): boolean {
  return !labelsOf(card, alphabet).asked.some((label) => LETTERS.has(label));
}

function labelsOf(card: Card, alphabet: Alphabet): { asked: string[]; reject: string } {
  const asked = card.alphabets[alphabet];
  const reject = card.reject === null ? undefined : card.labels[card.reject];
  if (!asked || reject === undefined) {
    const names = Object.keys(card.alphabets).join(", ");
    throw new Error(`expected a page file with the alphabet ${alphabet}, got one with ${names || "none"}`);
  }
  return { asked, reject };
}

function none(reason: string, confidence: number): Answer {
  return { text: "", confidence, unsure: [reason], glyphs: [], lines: [] };
}

/** Labels by falling probability; equals keep their order. */
function rankedBy(probabilities: readonly number[], labels: readonly string[]): Candidate[] {
  return labels
    .map((label, column) => ({ label, probability: probabilities[column] ?? 0 }))
    .sort((a, b) => b.probability - a.probability);
}

function product(shares: readonly number[]): number {
  return shares.reduce((all, one) => all * one, 1);
}

function boxOf(boxes: ArrayLike<number>, start: number): Box {
  const [x = 0, y = 0, width = 0, height = 0] = [0, 1, 2, 3].map((side) => boxes[start + side]);
  return { x, y, width, height };
}
