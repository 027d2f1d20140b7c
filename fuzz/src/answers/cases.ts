import { type Dice, throwDice } from '@sydx/server/test/kit/dice.ts';
import { httpAnswer } from './http-answer.ts';
import { mutated } from './mutate.ts';
import { chance, pick, randomBytes } from './picks.ts';
import { tlsAnswer } from './tls-answer.ts';

/** In whose place the bytes are: of a receiver, of one over TLS, of an egress proxy. */
export const FACES = ['http', 'tls', 'proxy'] as const;
export type Face = (typeof FACES)[number];

export interface Case {
  readonly face: Face;
  readonly bytes: Buffer;
  /** Where the bytes are cut into several writes. */
  readonly cuts: readonly number[];
  readonly ending: 'end' | 'reset' | 'hold';
}

const PROXY_HEADS = [
  'HTTP/1.1 200 OK\r\n\r\n',
  'HTTP/1.0 200 Connection established\r\nVia: x\r\n\r\n',
];

/** The same seed and number give the same case, whatever ran before. */
export function makeCase(seed: number, number: number): Case {
  const dice = throwDice(Math.imul(seed + 1, 1_000_003) + number);
  const face = faceOf(number);
  const bytes = answerOf(face, dice);
  const cuts: number[] = [];
  for (let n = chance(dice, 40) ? dice.between(1, 5) : 0; n > 0; n -= 1) {
    cuts.push(dice.between(0, bytes.length));
  }
  // What is held open costs the whole deadline, so there is little of it.
  const ending = pick(dice, ['end', 'end', 'end', 'end', 'end', 'end', 'reset', 'hold'] as const);
  return { face, bytes, cuts: cuts.toSorted((a, b) => a - b), ending };
}

/** Of ten cases, one each goes to TLS and to the proxy. */
export function faceOf(number: number): Face {
  if (number % 10 === 3) return 'tls';
  return number % 10 === 7 ? 'proxy' : 'http';
}

function answerOf(face: Face, dice: Dice): Buffer {
  if (face === 'http') return mutated(httpAnswer(dice), dice);
  if (face === 'tls') return mutated(chance(dice, 80) ? tlsAnswer(dice) : httpAnswer(dice), dice);
  const head = chance(dice, 50) ? Buffer.from(pick(dice, PROXY_HEADS)) : httpAnswer(dice);
  const after = chance(dice, 50) ? httpAnswer(dice) : randomBytes(dice, dice.between(0, 50));
  return mutated(Buffer.concat([head, after]), dice);
}
