import {
  type CreatedWebhook,
  type DeliveryDetail,
  INTEGRATIONS,
  PUBLISHABLE_EVENT_TYPES,
  type RotatedSecret,
  type Webhook,
  type WebhookPage,
} from '@sydx/contract';
import type { Command } from 'commander';
import type { z } from 'zod';
import { connect } from '../api-client.ts';
import { CommandError } from '../errors.ts';
import { readEventTypes } from '../event-types.ts';
import { readJsonOption } from '../json-option.ts';
import { type Fields, print, printFields, printJson, printTable } from '../output.ts';
import {
  examples,
  type HttpOptions,
  overHttp,
  overHttpPaged,
  type PageOptions,
} from '../over-http.ts';
import { deliveryFields } from './delivery-fields.ts';

const ID = 'the webhook, whk_…';

export function addWebhookCommands(program: Command): void {
  const webhook = program.command('webhook').description('Manage webhooks: where events are sent');

  overHttp(webhook.command('create'))
    .description('Create a webhook; its secret is shown this once')
    .argument('<address>', 'the https URL that is to receive events')
    .option('--name <name>', 'a name for people; the host when left out')
    .option('--events <types>', 'event types, separated by commas; all of the CRM when left out')
    .option('--filter <json>', 'conditions on data, or @FILE: only events that pass are sent')
    .option('--integration <name>', `what makes it by itself: ${INTEGRATIONS.join(', ')}`)
    .addHelpText(
      'after',
      examples(
        'sydx webhook create https://example.com/webhook --events message.received,lead.captured',
        `sydx webhook create https://example.com/ads --events lead.captured --filter '{"field": "source", "equals": "facebook_ad"}'`,
      ),
    )
    .action(async (address: string, options: HttpOptions & Changes & { integration?: string }) => {
      const made = await connect(options).post<CreatedWebhook>('/v1/webhooks', {
        name: options.name ?? URL.parse(address)?.host ?? address,
        url: address,
        events: eventsIn(options) ?? PUBLISHABLE_EVENT_TYPES,
        filter: await filterIn(options),
        integration: options.integration,
      });
      if (options.json === true) {
        printJson(made);
        return;
      }
      printFields([...webhookFields(made), ['Secret', made.secret]]);
      print('Keep the secret: it is not shown again.');
    });

  overHttpPaged(webhook.command('list'))
    .description('List webhooks, newest first')
    .addHelpText('after', examples('sydx webhook list'))
    .action(async (options: PageOptions) => {
      const { limit, cursor } = options;
      const api = connect(options);
      const page = await api.get<z.output<typeof WebhookPage>>('/v1/webhooks', { limit, cursor });
      if (options.json === true) {
        printJson(page);
        return;
      }
      const rows = page.data.map((one) => [
        one.id,
        one.name,
        stateOf(one),
        one.events.length,
        one.url,
      ]);
      const { nextCursor } = page;
      printTable({ head: ['ID', 'NAME', 'STATE', 'EVENTS', 'URL'], rows, nextCursor });
    });

  overHttp(webhook.command('show'))
    .description('Show a webhook')
    .argument('<id>', ID)
    .addHelpText('after', examples('sydx webhook show whk_02qbt8v3jm0c1'))
    .action(async (id: string, options: HttpOptions) => {
      show(await connect(options).get<Webhook>(pathOf(id)), options);
    });

  overHttp(webhook.command('change'))
    .description('Change name, URL, events or filter; what is left out stays')
    .argument('<id>', ID)
    .option('--name <name>', 'a name for people')
    .option('--address <address>', 'the https URL that is to receive events')
    .option('--events <types>', 'event types, separated by commas')
    .option('--filter <json>', 'conditions on data, or @FILE; none sends every event again')
    .addHelpText(
      'after',
      examples(
        `sydx webhook change whk_02qbt8v3jm0c1 --filter '{"field": "source", "in": ["web_form"]}'`,
        'sydx webhook change whk_02qbt8v3jm0c1 --filter none',
      ),
    )
    .action(async (id: string, options: HttpOptions & Changes) => {
      const { name, address: url } = options;
      const change = { name, url, events: eventsIn(options), filter: await filterIn(options) };
      show(await connect(options).patch<Webhook>(pathOf(id), change), options);
    });

  for (const [name, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    overHttp(webhook.command(name))
      .description(
        enabled
          ? 'Enable a webhook'
          : 'Disable a webhook: nothing is sent, what waits is cancelled',
      )
      .argument('<id>', ID)
      .addHelpText('after', examples(`sydx webhook ${name} whk_02qbt8v3jm0c1`))
      .action(async (id: string, options: HttpOptions) => {
        show(await connect(options).patch<Webhook>(pathOf(id), { enabled }), options);
      });
  }

  overHttp(webhook.command('delete'))
    .description('Delete a webhook: destroys its secret, cancels what waits, keeps the log')
    .argument('<id>', ID)
    .addHelpText('after', examples('sydx webhook delete whk_02qbt8v3jm0c1'))
    .action(async (id: string, options: HttpOptions) => {
      await connect(options).delete(pathOf(id));
      if (options.json === true) printJson({ deleted: id });
      else print('Deleted.');
    });

  overHttp(webhook.command('test'))
    .description('Send test.ping now and show what came back; fails when the receiver did')
    .argument('<id>', ID)
    .addHelpText('after', examples('sydx webhook test whk_02qbt8v3jm0c1'))
    .action(async (id: string, options: HttpOptions) => {
      const delivery = await connect(options).post<DeliveryDetail>(`${pathOf(id)}/test`);
      if (options.json === true) printJson(delivery);
      else printFields(deliveryFields(delivery));
      if (delivery.status !== 'success') throw new CommandError('The test failed.');
    });

  overHttp(webhook.command('rotate'))
    .description('Make a new secret, shown this once; the old one signs nothing any more')
    .argument('<id>', ID)
    .addHelpText('after', examples('sydx webhook rotate whk_02qbt8v3jm0c1'))
    .action(async (id: string, options: HttpOptions) => {
      const path = `${pathOf(id)}/rotate-secret`;
      const rotated = await connect(options).post<z.output<typeof RotatedSecret>>(path);
      if (options.json === true) printJson(rotated);
      else {
        printFields([['Secret', rotated.secret]]);
        print('Keep the secret: it is not shown again.');
      }
    });
}

interface Changes {
  readonly name?: string;
  readonly address?: string;
  readonly events?: string;
  readonly filter?: string;
}

function eventsIn({ events }: Changes): string[] | undefined {
  return events === undefined ? undefined : readEventTypes(events);
}

/** @returns undefined when it was left out, null when there is to be none */
async function filterIn({ filter }: Changes): Promise<unknown> {
  if (filter === undefined) return undefined;
  return filter === 'none' ? null : JSON.parse(await readJsonOption(filter, 'What --filter holds'));
}

function pathOf(id: string): string {
  return `/v1/webhooks/${encodeURIComponent(id)}`;
}

function show(webhook: Webhook, { json }: HttpOptions): void {
  if (json === true) printJson(webhook);
  else printFields(webhookFields(webhook));
}

function stateOf({ enabled, failingSince }: Webhook): string {
  if (!enabled) return 'disabled';
  return failingSince === null ? 'enabled' : `failing since ${failingSince}`;
}

function webhookFields(webhook: Webhook): Fields {
  return [
    ['Id', webhook.id],
    ['Name', webhook.name],
    ['URL', webhook.url],
    ['Events', webhook.events.join(', ')],
    ...(webhook.filter === null ? [] : [['Filter', JSON.stringify(webhook.filter)] as const]),
    ...(webhook.integration === null ? [] : [['Made by', webhook.integration] as const]),
    ['State', stateOf(webhook)],
    ['Secret ends', webhook.secretHint],
    ['Created', webhook.createdAt],
    ['Updated', webhook.updatedAt],
  ];
}
