import type { Dice } from '@sydx/server/test/kit/dice.ts';
import { chance, pick, randomBytes } from '../answers/picks.ts';
import { type Bytes, ruin, spoil, write } from './hostile-json.ts';
import { FORM_SITE } from './stage.ts';

const BOUNDARY = 'fuzzBoundary7';

const ODD_TYPES: readonly string[] = [
  'text/plain',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  `multipart/form-data; boundary="${'b'.repeat(500)}`,
  'multipart/mixed; boundary=x',
  'application/x-www-form-urlencoded; charset=utf-16',
  'application/json; charset=latin1',
  ';;;',
  '\u00ff/\u00ff',
];

const NAMES = ['name', 'email', 'message', '_id', '_page', '_gotcha', '__proto__', '', 'a[b]', '%'];

const VALUES = [
  'Priya Sharma',
  'a@b.example',
  '',
  '%00',
  '%ff%fe',
  '%',
  'x'.repeat(5_000),
  '\u0001'.repeat(3_000),
  '<script>alert(1)</script>',
  'https://www.example.com/a',
  '\r\n--fuzzBoundary7--\r\n',
];

/**
 * What forms post, sound and broken, from the site that may and from others.
 *
 * @param isHostile from a page that may not, so that nothing is taken
 */
export function formBody(dice: Dice, isHostile: boolean): Bytes {
  const sound = pick(dice, [urlencoded, multipart, object])(dice);
  const { body } = chance(dice, 20) ? { body: torn(dice, sound.body) } : sound;
  const type = chance(dice, 10) ? pick(dice, ODD_TYPES) : sound.type;
  const origin =
    isHostile || chance(dice, 15) ? pick(dice, ['null', '*', 'https://evil.example']) : FORM_SITE;
  const accept = pick(dice, ['text/html,*/*;q=0.8', 'application/json', '*/*']);
  return {
    body,
    headers: [
      ['content-type', type],
      ['origin', origin],
      ['accept', accept],
    ],
  };
}

interface Sound {
  readonly body: Buffer;
  readonly type: string;
}

function urlencoded(dice: Dice): Sound {
  const pairs = entries(dice).map(([name, value]) => `${name}=${value}`);
  return { body: Buffer.from(pairs.join('&')), type: 'application/x-www-form-urlencoded' };
}

function multipart(dice: Dice): Sound {
  const parts = entries(dice).map(([name, value]) => {
    const file = chance(dice, 10) ? '; filename="x.txt"' : '';
    return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${value}\r\n`;
  });
  return {
    body: Buffer.from(`${parts.join('')}--${BOUNDARY}--\r\n`),
    type: `multipart/form-data; boundary=${BOUNDARY}`,
  };
}

function object(dice: Dice): Sound {
  const value = Object.fromEntries(entries(dice));
  const body = chance(dice, 30)
    ? ruin(dice, write(value)).body
    : Buffer.from(chance(dice, 30) ? write(value) : spoil(dice, value));
  return { body, type: 'application/json' };
}

function entries(dice: Dice): [string, string][] {
  const count = chance(dice, 5) ? 2_000 : dice.between(0, 6);
  return Array.from({ length: count }, () => [pick(dice, NAMES), pick(dice, VALUES)]);
}

/** Cut somewhere, with other bytes in the middle. */
function torn(dice: Dice, body: Buffer): Buffer {
  const end = dice.between(0, body.length);
  const cut = dice.between(0, end);
  return Buffer.concat([body.subarray(0, cut), randomBytes(dice, 20), body.subarray(cut, end)]);
}
