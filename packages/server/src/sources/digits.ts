import { textOf } from './json.ts';

/** contract.md: a source strips `+` and spaces and else passes what it got. */
export function digitsOf(value: unknown): string | undefined {
  return textOf(textOf(value)?.replace(/[+\s]/g, ''));
}
