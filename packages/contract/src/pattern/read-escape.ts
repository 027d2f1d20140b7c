import { type CharSet, CLASSES, noneOf, only, PROPERTIES } from './char-set.ts';
import { type Characters, PatternError } from './syntax.ts';

/** One character, or a set of them: only a character can begin or end a range. */
export type Atom = { readonly codePoint: number } | { readonly set: CharSet };

const CONTROLS: Readonly<Record<string, number>> = { f: 0x0c, n: 0x0a, r: 0x0d, t: 0x09, v: 0x0b };
const SYNTAX = /^[\^$\\.*+?()[\]{}|/]$/;
const HEX = /^[0-9a-fA-F]$/;

export function setOf(atom: Atom): CharSet {
  return 'set' in atom ? atom.set : only(atom.codePoint);
}

/**
 * What stands behind a backslash, by the rules of ECMA-262 with the flag u: what has no meaning there is
 * refused and does not stand for itself.
 *
 * @param isInClass between brackets, where `\b` is a backspace and `\-` a hyphen
 * @throws PatternError
 */
export function readEscape(characters: Characters, isInClass: boolean): Atom {
  const letter = characters.take();
  if (letter === undefined) throw new PatternError('must not end with a backslash');
  const set = CLASSES[letter];
  if (set !== undefined) return { set };
  const control = CONTROLS[letter];
  if (control !== undefined) return { codePoint: control };
  if (SYNTAX.test(letter)) return { codePoint: letter.charCodeAt(0) };
  if (isInClass && letter === '-') return { codePoint: 0x2d };
  if (isInClass && letter === 'b') return { codePoint: 0x08 };
  if (letter === '0' && !/^[0-9]$/.test(characters.next ?? '')) return { codePoint: 0 };
  if (letter === 'x') return { codePoint: readHex(characters, 2, '\\x') };
  if (letter === 'u') return { codePoint: readUnicode(characters) };
  if (letter === 'p' || letter === 'P') return readProperty(characters, letter === 'P');
  if (/^[1-9k]$/.test(letter)) {
    throw new PatternError(
      `must not hold \\${letter}: what refers back to a group takes more than linear time`,
    );
  }
  throw new PatternError(`must not hold \\${letter}, which means nothing in a pattern`);
}

function readHex(characters: Characters, digits: number, name: string): number {
  const text = characters.takeWhile(HEX, digits);
  if (text.length !== digits) {
    throw new PatternError(`needs ${digits} hexadecimal digits behind ${name}`);
  }
  return Number.parseInt(text, 16);
}

function readUnicode(characters: Characters): number {
  if (characters.skip('{')) {
    const text = characters.takeWhile(HEX, 8);
    const codePoint = Number.parseInt(text, 16);
    if (text === '' || !characters.skip('}') || codePoint > 0x10ffff) {
      throw new PatternError('needs a code point behind \\u, such as \\u{1F600}');
    }
    return codePoint;
  }
  const high = readHex(characters, 4, '\\u');
  if (high < 0xd800 || high > 0xdbff) return high;
  // Two halves of one character.
  const { position } = characters;
  if (characters.skip('\\') && characters.skip('u') && characters.next !== '{') {
    const digits = characters.takeWhile(HEX, 4);
    const low = digits.length === 4 ? Number.parseInt(digits, 16) : 0;
    if (low >= 0xdc00 && low <= 0xdfff) return (high - 0xd800) * 0x400 + (low - 0xdc00) + 0x10000;
  }
  characters.return(position);
  return high;
}

function readProperty(characters: Characters, isNegated: boolean): Atom {
  const name = characters.skip('{') ? characters.takeWhile(/^[A-Za-z_=]$/, 40) : '';
  const set = Object.hasOwn(PROPERTIES, name) ? PROPERTIES[name] : undefined;
  if (set === undefined || !characters.skip('}')) {
    const known = Object.keys(PROPERTIES).join(', ');
    throw new PatternError(`takes of the properties \\p{…} these: ${known}`);
  }
  return { set: isNegated ? noneOf(set) : set };
}
