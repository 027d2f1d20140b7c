import { readFile } from 'node:fs/promises';
import { CommandError, UsageError } from './errors.ts';

/**
 * JSON given on the command line, or in a file that is named after `@`: there, no list of processes
 * shows it.
 *
 * @returns it as it was written
 * @throws UsageError for what is no JSON, CommandError for a file that cannot be read
 */
export async function readJsonOption(given: string, what: string): Promise<string> {
  const text = given.startsWith('@') ? await readText(given.slice(1)) : given;
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`${what} is not JSON (${(cause as Error).message}).`, { cause });
  }
  return text;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new CommandError(`${path} cannot be read (${(cause as Error).message}).`, { cause });
  }
}
