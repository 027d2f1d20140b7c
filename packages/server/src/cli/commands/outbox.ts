import type { Command } from 'commander';
import {
  grantPublish,
  installOutbox,
  outboxFiles,
  outboxState,
  uninstallOutbox,
} from '../../store/outbox-schema.ts';
import { CommandError } from '../errors.ts';
import { type OutboxDatabaseOptions, withOutboxDatabase } from '../outbox-database.ts';
import { print, printFields, printJson } from '../output.ts';
import { examples } from '../over-http.ts';
import { plainText } from '../plain-text.ts';
import { addRejectedCommands } from './rejected.ts';

const NONE = 'There is no outbox in this database. Put one there by `npx sydx outbox install`.';

interface InstallOptions extends OutboxDatabaseOptions {
  readonly grant?: string;
  readonly print?: boolean;
}

export function addOutboxCommands(program: Command): void {
  const outbox = program
    .command('outbox')
    .description("Publish in the CRM's own transactions: put sydx.publish into its PostgreSQL");

  onDatabase(outbox.command('install'))
    .description('Install sydx.publish, or bring it up to date; done already, it changes nothing')
    .option('--grant <role>', 'let this role of PostgreSQL publish')
    .option('--print', "print the SQL instead, for the CRM's own migrations")
    .addHelpText(
      'after',
      examples(
        'sydx outbox install --database-url postgresql://owner@db.example.com/crm --grant crm',
        'sydx outbox install --print > migrations/0042_sydx_outbox.sql',
      ),
    )
    .action(install);

  onDatabase(outbox.command('status'))
    .description('Show what waits to be relayed')
    .option('--json', 'print JSON, for machines')
    .addHelpText('after', examples('sydx outbox status'))
    .action(async (options: OutboxDatabaseOptions & { json?: boolean }) => {
      const state = await withOutboxDatabase(options, outboxState);
      if (state === null) throw new CommandError(NONE);
      if (options.json === true) {
        printJson({ ...state, waiting: Number(state.waiting) });
        return;
      }
      printFields([
        ['Installation', state.id],
        ['Version', state.version],
        ['Waiting', state.waiting],
        ['Oldest', state.oldestSeconds === null ? null : `${state.oldestSeconds.toFixed(1)} s`],
      ]);
    });

  onDatabase(outbox.command('uninstall'))
    .description('Remove sydx.publish and its tables; refused while something waits')
    .option('--force', 'remove what waits as well: it is lost')
    .addHelpText('after', examples('sydx outbox uninstall'))
    .action(async (options: OutboxDatabaseOptions & { force?: boolean }) => {
      const force = options.force === true;
      const waiting = await withOutboxDatabase(options, (client) => uninstallOutbox(client, force));
      if (waiting === null) throw new CommandError(NONE);
      if (waiting > 0 && !force) {
        throw new CommandError(
          `${waiting} events wait to be relayed, so nothing was removed. Start the product and wait, ` +
            'or lose them by --force.',
        );
      }
      print(waiting > 0 ? `Removed, with ${waiting} events that waited.` : 'Removed.');
    });

  addRejectedCommands(outbox);
}

/** Adds to a command where the database is. */
function onDatabase(command: Command): Command {
  return command.option(
    '--database-url <url>',
    "the CRM's PostgreSQL (OUTBOX_DATABASE_URL; else DATABASE_URL or the private one)",
  );
}

async function install(options: InstallOptions): Promise<void> {
  if (options.print === true) {
    const files = await outboxFiles();
    process.stdout.write(files.map(({ sql }) => sql).join('\n'));
    return;
  }
  const done = await withOutboxDatabase(options, async (client) => {
    const names = await installOutbox(client);
    if (options.grant !== undefined) await grantPublish(client, options.grant);
    return names;
  });
  print(done.length === 0 ? 'The outbox is up to date.' : `Carried out: ${done.join(', ')}.`);
  if (options.grant !== undefined) print(plainText(`${options.grant} may call sydx.publish.`));
}
