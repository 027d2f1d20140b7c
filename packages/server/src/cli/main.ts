import { CommanderError } from 'commander';
import { SettingsError } from '../base/settings.ts';
import { StartError } from '../base/start-error.ts';
import { EmbeddedError } from '../embedded/embedded-error.ts';
import { SealingError } from '../signing/sealing-error.ts';
import { CommandError, UsageError } from './errors.ts';
import { plainText } from './plain-text.ts';
import { createProgram } from './program.ts';

const DONE = 0;
const FAILED = 1;
const WRONG_USAGE = 2;

/** Errors whose message is written for the person at the terminal. */
const SPOKEN = [CommandError, UsageError, SettingsError, StartError, EmbeddedError, SealingError];

try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  process.exit(explain(error));
}

/** Says what went wrong. @returns the exit code */
function explain(error: unknown): number {
  if (error instanceof CommanderError) {
    // Commander has printed it. Asked for, help is no error; shown for want of a command, it is.
    return error.exitCode === 0 ? DONE : WRONG_USAGE;
  }
  const isSpoken = SPOKEN.some((kind) => error instanceof kind);
  process.stderr.write(`${plainText(isSpoken ? (error as Error).message : causes(error), true)}\n`);
  return error instanceof UsageError ? WRONG_USAGE : FAILED;
}

/** An error that nobody foresaw, with what led to it. */
function causes(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.stack ?? error.message;
  return error.cause === undefined ? text : `${text}\nbecause of: ${causes(error.cause)}`;
}
