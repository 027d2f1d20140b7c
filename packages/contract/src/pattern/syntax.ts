/** What a pattern is made of, before it becomes a program. */
import type { CharSet } from './char-set.ts';

export type Assertion = 'start' | 'end' | 'boundary' | 'inside';

export type PatternTree =
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'assertion'; readonly what: Assertion }
  | { readonly kind: 'sequence'; readonly items: readonly PatternTree[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternTree[] }
  | {
      readonly kind: 'repeat';
      readonly item: PatternTree;
      readonly min: number;
      /** Null: without end. */
      readonly max: number | null;
    };

/** A pattern that is not taken. The message stands behind the name of the field. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** The characters of a pattern, one after the other. */
export class Characters {
  readonly #characters: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#characters = Array.from(text);
  }

  /** The next character; undefined at the end. */
  get next(): string | undefined {
    return this.#characters[this.#at];
  }

  /** The one after the next. */
  get second(): string | undefined {
    return this.#characters[this.#at + 1];
  }

  take(): string | undefined {
    const character = this.next;
    this.#at += 1;
    return character;
  }

  /** Takes the next character if it is this one. */
  skip(character: string): boolean {
    if (this.next !== character) return false;
    this.#at += 1;
    return true;
  }

  /** Takes what fits as long as it does, at most so many. */
  takeWhile(fits: RegExp, most: number): string {
    let taken = '';
    while (taken.length < most && this.next !== undefined && fits.test(this.next)) {
      taken += this.take();
    }
    return taken;
  }

  get position(): number {
    return this.#at;
  }

  /** Goes back to a position that was asked for before. */
  return(position: number): void {
    this.#at = position;
  }
}
