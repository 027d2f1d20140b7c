import {
  ANY_BUT_LINE_ENDS,
  anyOf,
  type CharSet,
  noneOf,
  ofRanges,
  only,
  type Range,
} from './char-set.ts';
import { readEscape, setOf, type Atom } from './read-escape.ts';
import { type Assertion, Characters, PatternError, type PatternTree } from './syntax.ts';

/** Longer counts than this are refused before they are multiplied with each other. */
const MOST_TIMES = 1_000;

/**
 * Reads the part of ECMA-262's regular expressions, as they are with the flag u, that can be matched in
 * linear time: all but what looks ahead, looks behind or refers back to a group.
 *
 * @throws PatternError with what is wrong, to stand behind the name of the field
 */
export function readTree(text: string): PatternTree {
  const characters = new Characters(text);
  const tree = readChoice(characters);
  if (characters.next !== undefined) throw new PatternError('holds a ) that closes nothing');
  return tree;
}

function readChoice(characters: Characters): PatternTree {
  const options = [readSequence(characters)];
  while (characters.skip('|')) options.push(readSequence(characters));
  const [one] = options;
  return options.length === 1 && one !== undefined ? one : { kind: 'choice', options };
}

function readSequence(characters: Characters): PatternTree {
  const items: PatternTree[] = [];
  for (let next = characters.next; next !== undefined; next = characters.next) {
    if (next === '|' || next === ')') break;
    items.push(readRepeated(characters));
  }
  return { kind: 'sequence', items };
}

function readRepeated(characters: Characters): PatternTree {
  const item = readItem(characters);
  const times = readTimes(characters);
  if (times === null) return item;
  if (item.kind === 'assertion') {
    throw new PatternError('must not repeat ^, $, \\b or \\B, which take no character');
  }
  // Whether it takes as little or as much as it can changes nothing about whether it matches.
  characters.skip('?');
  if (readTimes(characters) !== null) throw new PatternError('must not repeat a repetition');
  return { kind: 'repeat', item, ...times };
}

function readTimes(characters: Characters): { min: number; max: number | null } | null {
  if (characters.skip('*')) return { min: 0, max: null };
  if (characters.skip('+')) return { min: 1, max: null };
  if (characters.skip('?')) return { min: 0, max: 1 };
  if (!characters.skip('{')) return null;
  const min = readCount(characters);
  let max: number | null = min;
  if (characters.skip(',')) max = characters.next === '}' ? null : readCount(characters);
  if (!characters.skip('}'))
    throw new PatternError('holds a { that is neither a count nor escaped');
  if (max !== null && max < min) throw new PatternError('counts down: write {2,5}, not {5,2}');
  return { min, max };
}

function readCount(characters: Characters): number {
  const text = characters.takeWhile(/^[0-9]$/, 10);
  if (text === '') throw new PatternError('holds a { that is neither a count nor escaped');
  const count = Number(text);
  if (count > MOST_TIMES) throw new PatternError(`must not count further than ${MOST_TIMES}`);
  return count;
}

const ASSERTIONS: Readonly<Record<string, Assertion>> = { '^': 'start', $: 'end' };

function readItem(characters: Characters): PatternTree {
  const character = characters.take() ?? '';
  const what = ASSERTIONS[character];
  if (what !== undefined) return { kind: 'assertion', what };
  if (character === '.') return { kind: 'set', set: ANY_BUT_LINE_ENDS };
  if (character === '(') return readGroup(characters);
  if (character === '[') return { kind: 'set', set: readClass(characters) };
  if (character === '\\') {
    if (characters.skip('b')) return { kind: 'assertion', what: 'boundary' };
    if (characters.skip('B')) return { kind: 'assertion', what: 'inside' };
    return { kind: 'set', set: setOf(readEscape(characters, false)) };
  }
  if (/^[*+?]$/.test(character))
    throw new PatternError(`holds a ${character} that repeats nothing`);
  if (/^[\]{}]$/.test(character)) {
    throw new PatternError(`holds a ${character} on its own: write \\${character}`);
  }
  return { kind: 'set', set: only(character.codePointAt(0) ?? 0) };
}

function readGroup(characters: Characters): PatternTree {
  if (characters.skip('?') && !characters.skip(':')) {
    throw new PatternError(
      'holds a group that begins with (? and is not (?:…): what looks ahead or behind takes more ' +
        'than linear time, and names mean nothing here',
    );
  }
  const tree = readChoice(characters);
  if (!characters.skip(')')) throw new PatternError('holds a ( that is never closed');
  return tree;
}

function readClass(characters: Characters): CharSet {
  const isNegated = characters.skip('^');
  const sets: CharSet[] = [];
  const ranges: Range[] = [];
  while (!characters.skip(']')) {
    const first = readClassAtom(characters);
    if (characters.next !== '-' || characters.second === ']') {
      if ('set' in first) sets.push(first.set);
      else ranges.push([first.codePoint, first.codePoint]);
      continue;
    }
    characters.skip('-');
    const last = readClassAtom(characters);
    if ('set' in first || 'set' in last) {
      throw new PatternError('holds a range, such as a-z, with an end that is no character');
    }
    if (first.codePoint > last.codePoint) {
      throw new PatternError('holds a range that runs backwards, such as z-a');
    }
    ranges.push([first.codePoint, last.codePoint]);
  }
  const set = anyOf(ranges.length === 0 && sets.length > 0 ? sets : [ofRanges(ranges), ...sets]);
  return isNegated ? noneOf(set) : set;
}

function readClassAtom(characters: Characters): Atom {
  const character = characters.take();
  if (character === undefined) throw new PatternError('holds a [ that is never closed');
  if (character === '\\') return readEscape(characters, true);
  return { codePoint: character.codePointAt(0) ?? 0 };
}
