import type { Dice } from '@sydx/server/test/kit/dice.ts';
import { pick, randomBytes } from './picks.ts';

/** Content types of TLS records (RFC 8446, section 5.1), and two that are none. */
const RECORD_TYPES = [20, 21, 22, 23, 24, 0, 255];
/** Handshake messages that a server sends, and some that it must not. */
const MESSAGE_TYPES = [0, 1, 2, 4, 8, 11, 12, 13, 14, 15, 20, 255];

/** A few TLS records with right lengths around random content: what a broken server might say. */
export function tlsAnswer(dice: Dice): Buffer {
  const records: Buffer[] = [];
  for (let n = dice.between(1, 4); n > 0; n -= 1) records.push(record(dice));
  return Buffer.concat(records);
}

function record(dice: Dice): Buffer {
  const content = randomBytes(dice, dice.between(0, 300));
  const message = Buffer.from([pick(dice, MESSAGE_TYPES), 0, content.length >> 8, content.length]);
  const type = pick(dice, RECORD_TYPES);
  const body = type === 22 ? Buffer.concat([message, content]) : content;
  const header = Buffer.from([type, 3, dice.between(0, 4), body.length >> 8, body.length & 0xff]);
  return Buffer.concat([header, body]);
}
