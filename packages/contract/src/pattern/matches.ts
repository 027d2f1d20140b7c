import { WORD } from './char-set.ts';
import type { Program } from './program.ts';
import type { Assertion } from './syntax.ts';

/** What counts the work: one for each instruction at each character. */
export interface Effort {
  /** @throws when there was too much of it */
  spend(steps: number): void;
}

/** What is on either side of a place in a text; -1 where it begins or ends. */
interface Place {
  before: number;
  after: number;
}

/**
 * Whether a pattern is found anywhere in a text. No character is read twice, and at each one no
 * instruction is carried out twice: the work is at most the text's length times the program's.
 */
export function matches(program: Program, text: string, effort: Effort): boolean {
  const seen = new Uint32Array(program.length);
  const isAnchored = program[0]?.op === 'assert' && program[0].what === 'start';
  const place: Place = { before: -1, after: text.codePointAt(0) ?? -1 };
  let round = 0;
  let taking: number[] = [];
  for (let at = 0; ; ) {
    round += 1;
    // What takes the next character, gathered from where the last one led and from a new beginning.
    const starts = isAnchored && at > 0 ? taking : [...taking, 0];
    if (starts.length === 0) return false;
    const reached = follow(program, starts, { seen, round }, place, effort);
    if (reached === null) return true;
    if (place.after === -1) return false;
    const character = place.after;
    taking = [];
    for (const index of reached) {
      const instruction = program[index];
      if (instruction?.op === 'take' && instruction.set(character)) taking.push(index + 1);
    }
    at += character > 0xffff ? 2 : 1;
    place.before = character;
    place.after = text.codePointAt(at) ?? -1;
  }
}

/** @returns the instructions that take a character; null when the pattern has been found */
function follow(
  program: Program,
  starts: number[],
  { seen, round }: { seen: Uint32Array; round: number },
  place: Place,
  effort: Effort,
): number[] | null {
  const reached: number[] = [];
  const waiting = starts;
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    if (seen[index] === round) continue;
    seen[index] = round;
    effort.spend(1);
    const instruction = program[index];
    if (instruction === undefined || instruction.op === 'match') return null;
    if (instruction.op === 'take') reached.push(index);
    else if (instruction.op === 'fork') waiting.push(...instruction.to);
    else if (holds(instruction.what, place)) waiting.push(index + 1);
  }
  return reached;
}

function holds(what: Assertion, { before, after }: Place): boolean {
  if (what === 'start') return before === -1;
  if (what === 'end') return after === -1;
  const isBoundary = isWord(before) !== isWord(after);
  return what === 'boundary' ? isBoundary : !isBoundary;
}

function isWord(codePoint: number): boolean {
  return codePoint !== -1 && WORD(codePoint);
}
