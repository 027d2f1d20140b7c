/** Which characters one place of a pattern takes, by code point. */
export interface CharSet {
  readonly has: (codePoint: number) => boolean;
  /** Steps that asking it takes. */
  readonly steps: number;
}

export type Range = readonly [first: number, last: number];

export function only(codePoint: number): CharSet {
  return { has: (given) => given === codePoint, steps: 1 };
}

/** However many ranges there are, a few looks find the one: they are sorted, and none meets another. */
export function ofRanges(ranges: readonly Range[]): CharSet {
  const merged: [number, number][] = [];
  for (const [first, last] of ranges.toSorted(([a], [b]) => a - b)) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  // Plain lists: typed ones weigh hundreds of bytes each, and a pattern may hold many small classes.
  const firsts = merged.map(([first]) => first);
  const lasts = merged.map(([, last]) => last);
  const has = (given: number): boolean => {
    let low = 0;
    let high = firsts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (given > (lasts[middle] ?? 0)) low = middle + 1;
      else high = middle;
    }
    return low < firsts.length && given >= (firsts[low] ?? 0);
  };
  return { has, steps: merged.length > 16 ? 2 : 1 };
}

/** What any of them takes; the same one given again is asked once. */
export function anyOf(given: readonly CharSet[]): CharSet {
  const sets = [...new Set(given)];
  const [one] = sets;
  if (sets.length === 1 && one !== undefined) return one;
  return {
    has: (codePoint) => sets.some((set) => set.has(codePoint)),
    steps: sets.reduce((sum, { steps }) => sum + steps, 1),
  };
}

const COMPLEMENTS = new WeakMap<CharSet, CharSet>();

/** The same for the same. */
export function noneOf(set: CharSet): CharSet {
  const known = COMPLEMENTS.get(set);
  if (known !== undefined) return known;
  const complement = { has: (given: number) => !set.has(given), steps: set.steps };
  COMPLEMENTS.set(set, complement);
  return complement;
}

/** ECMA-262's LineTerminator is what a dot does not take. */
export const ANY_BUT_LINE_ENDS = noneOf(
  ofRanges([0x0a, 0x0d, 0x2028, 0x2029].map((one) => [one, one])),
);

const DIGITS: Range = [0x30, 0x39];
const DIGIT = ofRanges([DIGITS]);
export const WORD = ofRanges([DIGITS, [0x41, 0x5a], [0x61, 0x7a], [0x5f, 0x5f]]);
/** ECMA-262's WhiteSpace and LineTerminator. */
const SPACE = ofRanges([
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
]);

/** What stands behind a backslash for more than one character. */
export const CLASSES: Readonly<Record<string, CharSet>> = {
  d: DIGIT,
  D: noneOf(DIGIT),
  w: WORD,
  W: noneOf(WORD),
  s: SPACE,
  S: noneOf(SPACE),
};

/** `\p{…}`: expressions of ours, each about one character; none is made from what somebody wrote. */
export const PROPERTIES: Readonly<Record<string, CharSet>> = {
  L: ofText(/^\p{L}$/u),
  Lu: ofText(/^\p{Lu}$/u),
  Ll: ofText(/^\p{Ll}$/u),
  M: ofText(/^\p{M}$/u),
  N: ofText(/^\p{N}$/u),
  Nd: ofText(/^\p{Nd}$/u),
  P: ofText(/^\p{P}$/u),
  S: ofText(/^\p{S}$/u),
  Z: ofText(/^\p{Z}$/u),
};

function ofText(expression: RegExp): CharSet {
  return { has: (given) => expression.test(String.fromCodePoint(given)), steps: 5 };
}
