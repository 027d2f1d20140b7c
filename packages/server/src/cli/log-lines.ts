import type { DestinationStream } from 'pino';
import { plainText } from './plain-text.ts';

const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** Where a log goes: JSON for machines, one readable line each for a person at a terminal. */
export function logDestination(stream: NodeJS.WriteStream): DestinationStream {
  if (!stream.isTTY) return { write: (line) => void stream.write(line) };
  return { write: (line) => void stream.write(readableLine(line)) };
}

/** @param line one line of JSON as pino writes it */
export function readableLine(line: string): string {
  const { level, time, msg, err, ...rest } = JSON.parse(line) as {
    level: number;
    time: number;
    msg?: string;
    err?: { message?: string };
  };
  const clock = new Date(time).toTimeString().slice(0, 8);
  const fields = Object.keys(rest).length > 0 ? ` ${JSON.stringify(rest)}` : '';
  const reason = err?.message === undefined ? '' : ` (${err.message})`;
  return `${clock} ${LEVELS[level] ?? level} ${plainText(`${msg ?? ''}${reason}${fields}`)}\n`;
}
