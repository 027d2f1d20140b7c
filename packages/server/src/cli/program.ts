import { Command } from 'commander';
import { addAuditCommand } from './commands/audit.ts';
import { addDeliveryCommands } from './commands/deliveries.ts';
import { addEventTypeCommands } from './commands/event-type.ts';
import { addKeyCommands } from './commands/key.ts';
import { addListenCommand } from './commands/listen.ts';
import { addOutboxCommands } from './commands/outbox.ts';
import { addPersonCommands } from './commands/person.ts';
import { addSecretsCommands } from './commands/secrets.ts';
import { addSourceCommands } from './commands/source.ts';
import { addTenantCommands } from './commands/tenant.ts';
import { addTriggerCommand } from './commands/trigger.ts';
import { addWebhookCommands } from './commands/webhook.ts';
import { examples } from './over-http.ts';

/** The command line. Nothing ends the process here: what fails is thrown. */
export function createProgram(): Command {
  const program = new Command('sydx')
    .description('Sydx AI Outbound Webhooks: every event of the CRM, signed, retried, logged.')
    .exitOverride()
    .showHelpAfterError('Add --help to see how it is used.')
    .addHelpText(
      'after',
      `${examples('sydx start --demo', 'sydx webhook create https://example.com/webhook', 'sydx listen --forward http://localhost:3000/hook', 'sydx trigger message.received', 'sydx deliveries list')}
start and migrate read the settings from the environment; outbox install, status and uninstall
talk to the CRM's PostgreSQL. The others talk to a running server, at
SYDX_URL or --url, with the key in SYDX_API_KEY or --api-key.

Exit code: 0 done, 1 failed, 2 the command line is wrong.
`,
    );

  program
    .command('start')
    .description('Run the product until Ctrl+C or SIGTERM')
    .option('--demo', 'also run a local receiver, with a webhook to it')
    .addHelpText(
      'after',
      examples('sydx start', 'sydx start --demo') +
        '\nSettings come from the environment; without any it runs on 127.0.0.1:8080 with a private\nPostgreSQL under ./data.\n',
    )
    .action(async (options: { demo?: boolean }) => {
      // Only what runs the server loads it: the other commands answer at once.
      const { start } = await import('./start.ts');
      await start({ demo: options.demo === true });
    });

  program
    .command('migrate')
    .description('Bring the database up to date and end; every start does it, too')
    .addHelpText('after', examples('sydx migrate'))
    .action(async () => {
      const { runMigrations } = await import('./start.ts');
      await runMigrations();
    });

  addTenantCommands(program);
  addPersonCommands(program);
  addKeyCommands(program);
  addWebhookCommands(program);
  addSourceCommands(program);
  addTriggerCommand(program);
  addListenCommand(program);
  addEventTypeCommands(program);
  addOutboxCommands(program);
  addDeliveryCommands(program);
  addAuditCommand(program);
  addSecretsCommands(program);
  return program;
}
