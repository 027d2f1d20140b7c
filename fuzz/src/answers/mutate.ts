import type { Dice } from '@sydx/server/test/kit/dice.ts';
import { chance, pick, randomBytes } from './picks.ts';

type Mutation = (bytes: Buffer, dice: Dice) => Buffer;

const WORDS = ['\r\n', '\r\n\r\n', '\0', ': ', 'HTTP/1.1 200 OK\r\n', '0\r\n\r\n', '\xff'];

const MUTATIONS: readonly Mutation[] = [
  function flip(bytes, dice) {
    const copy = Buffer.from(bytes);
    for (let n = dice.between(1, 8); n > 0 && copy.length > 0; n -= 1) {
      const at = place(copy, dice);
      copy[at] = (copy[at] ?? 0) ^ (1 << dice.between(0, 7));
    }
    return copy;
  },
  function cutOff(bytes, dice) {
    return bytes.subarray(0, place(bytes, dice));
  },
  function cutOut(bytes, dice) {
    const at = place(bytes, dice);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + dice.between(1, 20))]);
  },
  function insertWord(bytes, dice) {
    return insert(bytes, place(bytes, dice), Buffer.from(pick(dice, WORDS), 'latin1'));
  },
  function insertBytes(bytes, dice) {
    return insert(bytes, place(bytes, dice), randomBytes(dice, dice.between(1, 50)));
  },
  function repeat(bytes, dice) {
    const at = place(bytes, dice);
    const piece = bytes.subarray(at, at + dice.between(1, 100));
    return insert(bytes, at, Buffer.concat(Array<Buffer>(dice.between(1, 50)).fill(piece)));
  },
];

/** Most answers as they are or changed a little; some are nothing but random bytes. */
export function mutated(bytes: Buffer, dice: Dice): Buffer {
  if (chance(dice, 5)) return randomBytes(dice, dice.between(0, 2_000));
  if (chance(dice, 50)) return bytes;
  let result = bytes;
  for (let n = dice.between(1, 4); n > 0; n -= 1) result = pick(dice, MUTATIONS)(result, dice);
  return result;
}

/** More often near the beginning, where the headers are. */
function place(bytes: Buffer, dice: Dice): number {
  const length = chance(dice, 70) ? Math.min(bytes.length, 300) : bytes.length;
  return length === 0 ? 0 : dice.between(0, length - 1);
}

function insert(bytes: Buffer, at: number, what: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), what, bytes.subarray(at)]);
}
