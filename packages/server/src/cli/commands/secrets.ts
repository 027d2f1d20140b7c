import type { Resealing } from '@sydx/contract';
import type { Command } from 'commander';
import { connect } from '../api-client.ts';
import { CommandError } from '../errors.ts';
import { print, printJson } from '../output.ts';
import { examples, type HttpOptions, overHttp } from '../over-http.ts';
import { plainText } from '../plain-text.ts';

export function addSecretsCommands(program: Command): void {
  const secrets = program
    .command('secrets')
    .description('Change the key that seals secrets at rest. Needs the operator key');

  overHttp(secrets.command('reseal'))
    .description("Seal every secret with the server's SECRETS_KEY; fails while some remain")
    .addHelpText('after', examples('sydx secrets reseal'))
    .action(async (options: HttpOptions) => {
      await carryOut('/v1/secrets/reseal', options);
    });

  overHttp(secrets.command('rotate'))
    .description('Replace the key that the first start made in DATA_DIR, while the server runs')
    .addHelpText('after', examples('sydx secrets rotate'))
    .action(async (options: HttpOptions) => {
      await carryOut('/v1/secrets/rotate', options);
    });
}

/** @throws CommandError while something is sealed with another key */
async function carryOut(path: string, options: HttpOptions): Promise<void> {
  const done = await connect(options, true).post<Resealing>(path);
  const { keyId, resealed, remaining, unreadable } = done;
  if (options.json === true) printJson(done);
  else print(plainText(`Sealed with key ${keyId}: ${resealed} anew, ${remaining} remain.`));
  if (remaining === 0) return;
  throw new CommandError(
    unreadable > 0
      ? `${unreadable} secrets open with no key of this server: rotate them one by one, or start ` +
          'it with SECRETS_KEY_PREVIOUS set to the key that sealed them.'
      : 'Some were sealed with another key meanwhile: see that every node has the new SECRETS_KEY, ' +
          'then run it again.',
  );
}
