import type { OneTimeLink } from '@sydx/contract';
import type { Command } from 'commander';
import { connect } from '../api-client.ts';
import { printFields, printJson } from '../output.ts';
import { examples, type HttpOptions, overHttp } from '../over-http.ts';

export function addPersonCommands(program: Command): void {
  const person = program
    .command('person')
    .description('Help people who cannot sign in. Needs the operator key (OPERATOR_API_KEY)');

  overHttp(person.command('reset-link'))
    .description('Make a one-time link by which a person sets a new password')
    .argument('<email>', 'who forgot the password')
    .addHelpText('after', examples('sydx person reset-link admin@example.com'))
    .action(async (email: string, options: HttpOptions) => {
      const link = await connect(options, true).post<OneTimeLink>('/v1/reset-links', { email });
      if (options.json === true) {
        printJson(link);
        return;
      }
      printFields([
        ['Link', link.url],
        ['Expires', link.expiresAt],
      ]);
    });
}
