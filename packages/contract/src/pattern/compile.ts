import { type Program, toProgram } from './program.ts';
import { readTree } from './read-pattern.ts';
import { PatternError } from './syntax.ts';

/** Deeper groups and longer alternatives than a person writes by hand. */
const MOST_CHARACTERS = 500;

export type PatternReading =
  | { readonly ok: true; readonly program: Program }
  /** `detail` stands behind the name of the field. */
  | { readonly ok: false; readonly detail: string };

/** Makes of a pattern what `matches` takes. */
export function compilePattern(text: string): PatternReading {
  if (text.length > MOST_CHARACTERS) {
    return { ok: false, detail: `must have at most ${MOST_CHARACTERS} characters` };
  }
  try {
    return { ok: true, program: toProgram(readTree(text)) };
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return { ok: false, detail: error.message };
  }
}
