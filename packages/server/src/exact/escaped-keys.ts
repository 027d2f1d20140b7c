/**
 * Keys as they are written. The JSON.parse of Node 24 compares an escaped key, as it stands in the text, with
 * the key that an earlier object had at the same place: after `{"m":1,"x\\":2}` the second key of
 * `{"m":1,"x\"":2}` is x\ too, whoever sent the earlier one. So one tenant could change another's names.
 */
import { randomUUID } from 'node:crypto';
import { endOfString, readTokens } from './tokens.ts';

/**
 * @param raw JSON
 * @param value what JSON.parse makes of it, no deeper than may be recursed into
 * @returns the same with every key as it is written
 */
export function withKeysAsWritten(raw: string, value: unknown): unknown {
  if (!hasEscapedKey(raw)) return value;
  // Names that no earlier object can have had stand in for the escaped ones while JSON.parse is at it.
  const mark = randomUUID();
  const keys = new Map<string, string>();
  const pieces: string[] = [];
  let copied = 0;
  readTokens(raw, {
    key(start, end) {
      const quoted = raw.slice(start, end);
      if (!quoted.includes('\\')) return;
      const name = `${mark} ${keys.size}`;
      keys.set(name, JSON.parse(quoted) as string);
      pieces.push(raw.slice(copied, start), `"${name}"`);
      copied = end;
    },
    string() {},
    number() {},
    open() {},
  });
  pieces.push(raw.slice(copied));
  return renamed(JSON.parse(pieces.join('')), keys);
}

/** Sticky: what comes next. */
const COLON = /\s*:/y;

/** Looks at each text that holds a backslash once; others cost a search for a character. */
function hasEscapedKey(raw: string): boolean {
  for (let at = raw.indexOf('\\'); at !== -1; at = raw.indexOf('\\', at)) {
    at = endOfString(raw, at);
    COLON.lastIndex = at;
    if (COLON.test(raw)) return true;
  }
  return false;
}

function renamed(value: unknown, keys: ReadonlyMap<string, string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => renamed(item, keys));
  const object = {};
  for (const [key, item] of Object.entries(value)) {
    // As JSON.parse does it: __proto__ is a field like others.
    Object.defineProperty(object, keys.get(key) ?? key, {
      value: renamed(item, keys),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
}
