import type { Dice } from '@sydx/server/test/kit/dice.ts';

export function pick<T>(dice: Dice, list: readonly T[]): T {
  return list[dice.between(0, list.length - 1)] as T;
}

/** True in so many of a hundred cases. */
export function chance(dice: Dice, percent: number): boolean {
  return dice.between(1, 100) <= percent;
}

export function randomBytes(dice: Dice, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 1) bytes[at] = dice.between(0, 255);
  return bytes;
}
