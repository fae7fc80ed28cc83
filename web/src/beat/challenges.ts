/** What people are asked to draw: digits as they are written somewhere, and hard to read. */

export interface Challenge {
  id: string; // kept in the browser's storage: never another one's
  digit: number;
  asked: string; // after "Draw"
  sketch: string; // one way to draw it: an SVG path on a field of 100 by 100
  fits?: Fit;
}

/** Where and how large it must be; shares of the sheet's side. */
export interface Fit {
  tallest: number;
  corner: boolean;
}

const SMALL: Fit = { tallest: 0.2, corner: false }; // four gaps between the dots of the paper
const CORNER: Fit = { tallest: 0.2, corner: true };

export const CHALLENGES: readonly Challenge[] = [
  {
    id: "0-open",
    digit: 0,
    asked: "a 0 that does not quite close",
    sketch: "M62 20C38 6 24 32 26 56C28 86 62 92 72 66C78 50 76 36 70 28",
  },
  {
    id: "0-slashed",
    digit: 0,
    asked: "a 0 with a slash through it",
    sketch: "M50 12C24 12 24 88 50 88C76 88 76 12 50 12M76 14L26 88",
  },
  {
    id: "0-looped",
    digit: 0,
    asked: "a 0 with a loop at the top",
    sketch:
      "M70 20C60 10 46 12 38 22C20 46 26 86 50 88C78 88 80 44 60 24C50 14 44 22 50 28C56 34 68 30 76 20",
  },
  {
    id: "1-foot",
    digit: 1,
    asked: "a 1 with a flag and a foot",
    sketch: "M32 32L52 12L52 86M30 87L74 87",
  },
  {
    id: "1-flag",
    digit: 1,
    asked: "a 1 with a flag as long as itself",
    sketch: "M24 58L58 12L58 88",
  },
  {
    id: "1-leaning",
    digit: 1,
    asked: "a 1 that leans like a slash",
    sketch: "M72 14L30 86",
  },
  {
    id: "2-looped",
    digit: 2,
    asked: "a 2 with a loop at its foot",
    sketch: "M28 32C32 10 70 10 68 34C66 54 44 70 34 81C27 89 19 80 28 73C40 66 60 90 80 80",
  },
  {
    id: "2-angular",
    digit: 2,
    asked: "a 2 like a Z, but still a 2",
    sketch: "M28 26C36 14 66 12 68 26C70 36 46 60 28 84L76 84",
  },
  {
    id: "3-flat",
    digit: 3,
    asked: "a 3 with a flat top",
    sketch: "M28 14L70 14L46 44C84 42 80 88 48 88C38 88 30 84 26 76",
  },
  {
    id: "3-shallow",
    digit: 3,
    asked: "a 3 with hardly a waist",
    sketch: "M32 16C52 8 72 16 66 34C62 44 56 46 58 49C74 54 72 84 50 87C40 88 32 84 28 78",
  },
  {
    id: "4-open",
    digit: 4,
    asked: "an open 4",
    sketch: "M34 14L28 54L74 54M64 26L62 90",
  },
  {
    id: "4-pointed",
    digit: 4,
    asked: "a 4 like a sail, pointed at the top",
    sketch: "M60 88L60 12L22 64L80 64",
  },
  {
    id: "4-one-stroke",
    digit: 4,
    asked: "a 4 in one stroke",
    sketch: "M36 12L26 52C40 58 66 54 70 38C72 30 64 30 62 42L56 90",
  },
  {
    id: "5-hat",
    digit: 5,
    asked: "a 5 whose hat has come off",
    sketch: "M36 24L34 46C54 36 74 48 70 66C66 86 42 90 28 80M42 10L74 8",
  },
  {
    id: "5-s",
    digit: 5,
    asked: "a 5 in one stroke, nearly an S",
    sketch: "M72 14C56 12 44 12 38 16C34 26 34 36 36 42C58 40 74 52 68 70C62 88 40 90 28 80",
  },
  {
    id: "6-small-loop",
    digit: 6,
    asked: "a 6 with a tiny loop",
    sketch: "M64 10C44 28 30 56 36 78C42 92 60 88 58 76C56 66 44 68 38 78",
  },
  {
    id: "6-straight",
    digit: 6,
    asked: "a 6 with a straight back",
    sketch: "M42 10L32 70C32 92 70 92 70 70C70 52 42 52 34 68",
  },
  {
    id: "7-crossed",
    digit: 7,
    asked: "a crossed 7",
    sketch: "M26 16L74 16L44 88M36 52L70 50",
  },
  {
    id: "7-wavy",
    digit: 7,
    asked: "a 7 with a wave for its top",
    sketch: "M24 26C32 8 42 10 50 18C58 24 68 20 74 12C64 38 52 62 48 88",
  },
  {
    id: "7-steep",
    digit: 7,
    asked: "a 7 with a short top, but no 1",
    sketch: "M38 16L60 14L52 88",
  },
  {
    id: "8-rings",
    digit: 8,
    asked: "an 8 of two separate rings",
    sketch: "M50 10C34 10 34 44 50 44C66 44 66 10 50 10M50 50C28 50 28 90 50 90C72 90 72 50 50 50",
  },
  {
    id: "8-open",
    digit: 8,
    asked: "an 8 that is open at the top",
    sketch: "M70 16C52 4 30 22 42 38C52 50 70 56 68 74C64 92 34 92 34 74C34 56 58 50 66 32",
  },
  {
    id: "8-small",
    digit: 8,
    asked: "a tiny 8, three dots tall",
    sketch: "M58 42C50 36 44 44 50 50C56 56 60 62 54 66C46 68 42 60 50 52C54 48 60 46 58 42",
    fits: SMALL,
  },
  {
    id: "9-straight",
    digit: 9,
    asked: "a 9 with a straight leg",
    sketch: "M68 30C64 8 34 10 32 32C32 52 62 52 68 30M68 14L66 90",
  },
  {
    id: "9-hooked",
    digit: 9,
    asked: "a 9 with its tail hooked far left",
    sketch: "M66 28C62 8 34 12 34 30C36 48 60 46 67 26C72 60 66 90 48 90C38 90 32 84 30 76",
  },
  {
    id: "9-corner",
    digit: 9,
    asked: "a small 9 in a corner of the paper",
    sketch: "M88 10C84 4 78 8 79 13C81 18 87 16 88 10C89 18 88 24 84 28",
    fits: CORNER,
  },
];

export function challengeOf(id: string): Challenge | undefined {
  return CHALLENGES.find((challenge) => challenge.id === id);
}
