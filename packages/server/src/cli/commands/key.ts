import type { ApiKeyPage, CreatedApiKey } from '@sydx/contract';
import type { Command } from 'commander';
import type { z } from 'zod';
import { connect } from '../api-client.ts';
import { print, printFields, printJson, printTable } from '../output.ts';
import {
  examples,
  type HttpOptions,
  overHttp,
  overHttpPaged,
  type PageOptions,
} from '../over-http.ts';

const ALL_SCOPES = 'events:write,deliveries:read,webhooks:admin';

export function addKeyCommands(program: Command): void {
  const key = program.command('key').description('Manage API keys of a tenant');

  overHttp(key.command('create'))
    .description('Create a key; it is shown this once')
    .option('--name <name>', 'what it is for', 'Made on the command line')
    .option('--scopes <list>', 'what it may do, separated by commas', ALL_SCOPES)
    .addHelpText(
      'after',
      examples(
        'sydx key create --name "CRM backend" --scopes events:write',
        'sydx key create --tenant acme --api-key "$OPERATOR_API_KEY"',
      ),
    )
    .action(async (options: HttpOptions & { name: string; scopes: string }) => {
      const made = await connect(options).post<z.output<typeof CreatedApiKey>>('/v1/api-keys', {
        name: options.name,
        scopes: options.scopes.split(',').map((scope) => scope.trim()),
      });
      if (options.json === true) {
        printJson(made);
        return;
      }
      printFields([
        ['Id', made.id],
        ['Name', made.name],
        ['Scopes', made.scopes.join(', ')],
        ['Key', made.key],
      ]);
      print('Keep the key: it is not shown again.');
    });

  overHttpPaged(key.command('list'))
    .description('List keys, newest first, without the keys themselves')
    .addHelpText('after', examples('sydx key list'))
    .action(async (options: PageOptions) => {
      const { limit, cursor } = options;
      const api = connect(options);
      const page = await api.get<z.output<typeof ApiKeyPage>>('/v1/api-keys', { limit, cursor });
      if (options.json === true) {
        printJson(page);
        return;
      }
      const rows = page.data.map((each) => [
        each.id,
        each.name,
        `…${each.keyHint}`,
        each.scopes.join(','),
        each.createdAt,
        each.lastUsedAt,
      ]);
      const { nextCursor } = page;
      printTable({
        head: ['ID', 'NAME', 'KEY', 'SCOPES', 'CREATED', 'LAST USED'],
        rows,
        nextCursor,
      });
    });

  overHttp(key.command('delete'))
    .description('Delete a key; it ends within a second on every node')
    .argument('<id>', 'the key, key_…')
    .addHelpText('after', examples('sydx key delete key_02qbt8v3jm0c1'))
    .action(async (id: string, options: HttpOptions) => {
      await connect(options).delete(`/v1/api-keys/${encodeURIComponent(id)}`);
      if (options.json === true) printJson({ deleted: id });
      else print('Deleted.');
    });
}
