import type { CharSet } from './char-set.ts';
import { type Assertion, PatternError, type PatternTree } from './syntax.ts';

/**
 * A pattern as instructions of a machine that is in several places at once (Thompson's construction):
 * it reads each character of a text once, whatever the pattern.
 */
export type Instruction =
  | { readonly op: 'take'; readonly set: CharSet }
  | { readonly op: 'assert'; readonly what: Assertion }
  /** Go on in each of these places. */
  | { readonly op: 'fork'; readonly to: readonly number[] }
  | { readonly op: 'match' };

export type Program = readonly Instruction[];

/** Counts are written out: `a{500}` takes 500. It bounds what one character of a text may cost. */
export const MOST_INSTRUCTIONS = 1_000;

/** @throws PatternError when it comes to more than MOST_INSTRUCTIONS */
export function toProgram(tree: PatternTree): Program {
  const program: Instruction[] = [];
  write(tree, program);
  add(program, { op: 'match' });
  return program;
}

/** @returns where it stands */
function add(program: Instruction[], instruction: Instruction): number {
  if (program.length >= MOST_INSTRUCTIONS) {
    throw new PatternError(
      `is too large: with its counts written out it may have ${MOST_INSTRUCTIONS} places`,
    );
  }
  return program.push(instruction) - 1;
}

const NOWHERE: Instruction = { op: 'fork', to: [] };

function write(tree: PatternTree, program: Instruction[]): void {
  switch (tree.kind) {
    case 'set':
      add(program, { op: 'take', set: tree.set });
      return;
    case 'assertion':
      add(program, { op: 'assert', what: tree.what });
      return;
    case 'sequence':
      for (const item of tree.items) write(item, program);
      return;
    case 'choice':
      writeChoice(tree.options, program);
      return;
    case 'repeat':
      writeRepeat(tree, program);
      return;
  }
}

function writeChoice(options: readonly PatternTree[], program: Instruction[]): void {
  const fork = add(program, NOWHERE);
  const starts: number[] = [];
  const ends: number[] = [];
  for (const option of options) {
    starts.push(program.length);
    write(option, program);
    ends.push(add(program, NOWHERE));
  }
  program[fork] = { op: 'fork', to: starts };
  for (const end of ends) program[end] = { op: 'fork', to: [program.length] };
}

function writeRepeat(
  { item, min, max }: Extract<PatternTree, { kind: 'repeat' }>,
  program: Instruction[],
): void {
  // What takes no instruction takes no character either, however often it is repeated.
  for (let times = 0; times < min; times += 1) {
    const before = program.length;
    write(item, program);
    if (program.length === before) return;
  }
  if (max === null) {
    const fork = add(program, NOWHERE);
    write(item, program);
    add(program, { op: 'fork', to: [fork] });
    program[fork] = { op: 'fork', to: [fork + 1, program.length] };
    return;
  }
  const forks: number[] = [];
  for (let times = min; times < max; times += 1) {
    forks.push(add(program, NOWHERE));
    write(item, program);
  }
  for (const fork of forks) program[fork] = { op: 'fork', to: [fork + 1, program.length] };
}
