/**
 * The tokens of a text that JSON.parse accepted already, one after the other, with the place that
 * each has. Iterative: nesting a million deep costs memory for a million entries, no stack.
 */
export interface TokenReader {
  /** `start` and `end` delimit the token in the text, quotes included. */
  key(start: number, end: number): void;
  string(start: number, end: number): void;
  number(start: number, end: number): void;
  /** An object or array begins; `depth` counts it, the outermost being 1. */
  open(start: number, depth: number): void;
  /** It ended before `end`. */
  close?(end: number, depth: number): void;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const BACKSLASH = 0x5c;

const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Where the token being read stands: the containers around it, with the key or index in each. */
export class Place {
  readonly #isObject: boolean[] = [];
  readonly #at: (string | number)[] = [];

  get depth(): number {
    return this.#at.length;
  }

  /** True where the next string in this container is a key. */
  expectsKey = false;

  open(isObject: boolean): void {
    this.#isObject.push(isObject);
    this.#at.push(isObject ? '' : 0);
    this.expectsKey = isObject;
  }

  close(): void {
    this.#isObject.pop();
    this.#at.pop();
    this.expectsKey = false;
  }

  next(): void {
    const top = this.#at.length - 1;
    const at = this.#at[top];
    if (typeof at === 'number') this.#at[top] = at + 1;
    else this.expectsKey = true;
  }

  key(quoted: string): void {
    this.#at[this.#at.length - 1] = quoted;
    this.expectsKey = false;
  }

  /** Keys (quoted, as they stand in the text) and indexes from the outermost to here. */
  path(): readonly (string | number)[] {
    return this.#at;
  }
}

/** Reads to the end, or until `enough` says so after a token. */
export function readTokens(
  raw: string,
  reader: TokenReader,
  place: Place = new Place(),
  enough: () => boolean = () => false,
): void {
  let i = 0;
  while (i < raw.length && !enough()) {
    const char = raw.charCodeAt(i);
    if (char === QUOTE) {
      const end = endOfString(raw, i);
      if (place.expectsKey) {
        place.key(raw.slice(i, end));
        reader.key(i, end);
      } else {
        reader.string(i, end);
      }
      i = end;
    } else if (char === MINUS || isDigit(char)) {
      const end = endOfNumber(raw, i);
      reader.number(i, end);
      i = end;
    } else {
      i++;
      if (char === OPEN_BRACE || char === OPEN_BRACKET) {
        reader.open(i - 1, place.depth + 1);
        place.open(char === OPEN_BRACE);
      } else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) {
        reader.close?.(i, place.depth);
        place.close();
      } else if (char === COMMA) {
        place.next();
      }
    }
  }
}

/** @param start its opening quote, or its first backslash @returns behind its closing quote */
export function endOfString(raw: string, start: number): number {
  let quote = raw.indexOf('"', start + 1);
  while (isEscaped(raw, quote)) quote = raw.indexOf('"', quote + 1);
  return quote + 1;
}

function isEscaped(raw: string, at: number): boolean {
  let backslashes = 0;
  while (raw.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}

function endOfNumber(raw: string, start: number): number {
  let end = start + 1;
  while (end < raw.length && isNumberPart(raw.charCodeAt(end))) end++;
  return end;
}

function isDigit(char: number): boolean {
  return char >= 0x30 && char <= 0x39;
}

/** Digits and `+ - . E e`. */
function isNumberPart(char: number): boolean {
  return (
    isDigit(char) ||
    char === 0x2e ||
    char === 0x65 ||
    char === 0x45 ||
    char === 0x2b ||
    char === MINUS
  );
}
