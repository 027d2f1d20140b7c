/**
 * The cheap question asked of every body: could anything in it need the token-by-token check?
 * Never says no wrongly; says yes wrongly now and then, which costs time alone.
 */

/**
 * - a number after `: , [`, white space or the start, of 16 digits or with an exponent: integers of
 *   15 digits are exact;
 * - the name __proto__, plain or with one of its letters escaped;
 * - an escaped surrogate.
 */
const SUSPECT =
  /[:,[\s]-?\d(?:\d{15}|[\d.]*[eE])|__proto__|\\u(?:[dD][89a-fA-F]|00(?:5[fF]|6[fF]|7[024]))/;
const LONE_NUMBER = /^-?\d/;

export function isSuspect(raw: string): boolean {
  return SUSPECT.test(raw) || !raw.isWellFormed() || LONE_NUMBER.test(raw);
}

/**
 * Whether so many objects and arrays begin that they might be nested more than `levels` deep.
 * Brackets inside texts count too. Stops counting as soon as it knows.
 */
export function mayBeDeeper(raw: string, levels: number): boolean {
  let left = levels;
  for (const bracket of ['{', '[']) {
    for (let at = raw.indexOf(bracket); at !== -1; at = raw.indexOf(bracket, at + 1)) {
      if (left-- === 0) return true;
    }
  }
  return false;
}

/**
 * Whether a parsed value is nested more than `levels` deep. Recursion ends at `levels`, so depth
 * cannot exhaust the stack.
 */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value) {
      if (typeof item === 'object' && isDeeper(item, levels - 1)) return true;
    }
    return false;
  }
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === 'object' && isDeeper(item, levels - 1)) return true;
  }
  return false;
}
