import { WORD } from './char-set.ts';
import type { Program } from './program.ts';
import type { Assertion } from './syntax.ts';

/** What counts the work: one for each instruction at each character, and more where a set has many parts. */
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
  effort.spend(program.length >> 4);
  const machine = new Machine(program);
  const isAnchored = program[0]?.op === 'assert' && program[0].what === 'start';
  const place: Place = { before: -1, after: text.codePointAt(0) ?? -1 };
  for (let at = 0; ; ) {
    // Where the last character led, and a new beginning.
    if (!isAnchored || at === 0) machine.start();
    if (machine.isIdle) return false;
    const isFound = machine.follow(place);
    effort.spend(machine.steps);
    if (isFound) return true;
    if (place.after === -1) return false;
    machine.take(place.after);
    at += place.after > 0xffff ? 2 : 1;
    place.before = place.after;
    place.after = text.codePointAt(at) ?? -1;
  }
}

/** In several places of a program at once. */
class Machine {
  /** Instructions carried out for this character. */
  steps = 0;
  readonly #program: Program;
  /** The last round in which each instruction was carried out. */
  readonly #seen: Uint32Array;
  #round = 0;
  /** Instructions to carry out. */
  readonly #waiting: number[] = [];
  /** Those that take a character. */
  readonly #reached: number[] = [];

  constructor(program: Program) {
    this.#program = program;
    this.#seen = new Uint32Array(program.length);
  }

  get isIdle(): boolean {
    return this.#waiting.length === 0;
  }

  start(): void {
    this.#waiting.push(0);
  }

  /** Carries out all that takes no character. @returns true when the pattern has been found */
  follow(place: Place): boolean {
    const program = this.#program;
    const seen = this.#seen;
    const waiting = this.#waiting;
    this.#round += 1;
    this.steps = 0;
    this.#reached.length = 0;
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      if (seen[index] === this.#round) continue;
      seen[index] = this.#round;
      this.steps += 1;
      const instruction = program[index];
      if (instruction === undefined || instruction.op === 'match') return true;
      if (instruction.op === 'take') {
        this.#reached.push(index);
        this.steps += instruction.set.steps - 1;
      } else if (instruction.op === 'fork') for (const to of instruction.to) waiting.push(to);
      else if (holds(instruction.what, place)) waiting.push(index + 1);
    }
    return false;
  }

  /** Goes on where this character is taken. */
  take(character: number): void {
    for (const index of this.#reached) {
      const instruction = this.#program[index];
      if (instruction?.op === 'take' && instruction.set.has(character))
        this.#waiting.push(index + 1);
    }
  }
}

function holds(what: Assertion, { before, after }: Place): boolean {
  if (what === 'start') return before === -1;
  if (what === 'end') return after === -1;
  const isBoundary = isWord(before) !== isWord(after);
  return what === 'boundary' ? isBoundary : !isBoundary;
}

function isWord(codePoint: number): boolean {
  return codePoint !== -1 && WORD.has(codePoint);
}
