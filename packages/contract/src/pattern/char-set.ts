/** Which characters one place of a pattern takes, by code point. */
export type CharSet = (codePoint: number) => boolean;

export function only(codePoint: number): CharSet {
  return (given) => given === codePoint;
}

export function between(first: number, last: number): CharSet {
  return (given) => given >= first && given <= last;
}

export function anyOf(sets: readonly CharSet[]): CharSet {
  const [one] = sets;
  if (sets.length === 1 && one !== undefined) return one;
  return (given) => sets.some((set) => set(given));
}

export function noneOf(set: CharSet): CharSet {
  return (given) => !set(given);
}

/** ECMA-262's LineTerminator is what a dot does not take. */
export const ANY_BUT_LINE_ENDS = noneOf(anyOf([0x0a, 0x0d, 0x2028, 0x2029].map(only)));

const DIGIT = between(0x30, 0x39);
export const WORD = anyOf([DIGIT, between(0x41, 0x5a), between(0x61, 0x7a), only(0x5f)]);
const SPACE = ofText(/^\s$/u);

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
  return (given) => expression.test(String.fromCodePoint(given));
}
