/**
 * For sources: whoever sends cannot be told to send something else, and no event may be lost. So
 * what parseExact refuses is repaired here:
 * - a number that parsing would change becomes the string of its source text;
 * - half of a surrogate pair becomes U+FFFD;
 * - what lies deeper than `maxDepth` becomes null, as no catalogue field lies that deep;
 * - a field named __proto__ stays an ordinary field: JSON.parse defines it, nothing is inherited.
 *   Read foreign fields by name; never copy a foreign object with Object.assign.
 */
import { LIMITS } from '@sydx/contract';
import { withKeysAsWritten } from './escaped-keys.ts';
import { isExact } from './numbers.ts';
import { isDeeper, isSuspect, mayBeDeeper } from './suspicion.ts';
import { readTokens } from './tokens.ts';

/** Room for the levels that a delivered body puts around what a source takes from here. */
const ENVELOPE_LEVELS = 4;

export type LenientReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly detail: string };

/** @returns the repaired value; not ok only when the text is not JSON at all */
export function parseLenient(
  raw: string,
  maxDepth: number = LIMITS.deliveredDepth - ENVELOPE_LEVELS,
): LenientReading {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, detail: `${error.message}.` };
  }
  const deep = mayBeDeeper(raw, maxDepth) && isDeeper(value, maxDepth);
  if (!deep && !isSuspect(raw)) return { ok: true, value: withKeysAsWritten(raw, value) };
  const text = repaired(raw.toWellFormed(), maxDepth);
  return { ok: true, value: withKeysAsWritten(text, JSON.parse(text)) };
}

function repaired(raw: string, maxDepth: number): string {
  const pieces: string[] = [];
  let copied = 0;
  /** Depth of the subtree being cut out, or 0. */
  let cutting = 0;

  const replace = (start: number, end: number, by: string) => {
    pieces.push(raw.slice(copied, start), by);
    copied = end;
  };
  const repairText = (start: number, end: number) => {
    if (cutting > 0) return;
    const quoted = raw.slice(start, end);
    const mended = mendSurrogates(quoted);
    if (mended !== quoted) replace(start, end, mended);
  };

  readTokens(raw, {
    key: repairText,
    string: repairText,
    number(start, end) {
      if (cutting > 0) return;
      const token = raw.slice(start, end);
      if (!isExact(token)) replace(start, end, `"${token}"`);
    },
    open(start, depth) {
      if (cutting > 0 || depth <= maxDepth) return;
      cutting = depth;
      pieces.push(raw.slice(copied, start), 'null');
    },
    close(end, depth) {
      if (depth !== cutting) return;
      cutting = 0;
      copied = end;
    },
  });
  pieces.push(raw.slice(copied));
  return pieces.join('');
}

/** A whole pair, a half, or another escape (so that `\\ud800`, a backslash and text, is let be). */
const ESCAPES =
  /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[dD][89a-fA-F][\da-fA-F]{2}|\\./g;

function mendSurrogates(quoted: string): string {
  if (!quoted.includes('\\u')) return quoted;
  return quoted.replace(ESCAPES, (escape) =>
    escape.length === 6 && escape.startsWith('\\u') ? '\\ufffd' : escape,
  );
}
