import type { DeliveryDetail, DeliveryPage } from '@sydx/contract';
import type { Command } from 'commander';
import type { z } from 'zod';
import { connect } from '../api-client.ts';
import { printFields, printJson, printTable } from '../output.ts';
import {
  examples,
  type HttpOptions,
  overHttp,
  overHttpPaged,
  type PageOptions,
} from '../over-http.ts';
import { deliveryFields } from './delivery-fields.ts';
import { pathOfDelivery } from './delivery-path.ts';
import { addRedeliver } from './redeliver.ts';
import { addTailCommand } from './tail.ts';

interface ListOptions extends PageOptions {
  readonly webhook?: string;
  readonly eventId?: string;
  readonly event?: string;
  readonly status?: string;
}

type Page = z.output<typeof DeliveryPage>;

export function addDeliveryCommands(program: Command): void {
  const deliveries = program
    .command('deliveries')
    .description('Look at deliveries: one, a page of them, or all as they happen');

  overHttpPaged(deliveries.command('list'))
    .description('List deliveries, newest first')
    .option('--webhook <id>', 'to this webhook')
    .option('--event-id <id>', 'of this event')
    .option('--event <type>', 'of events of this type')
    .option('--status <status>', 'pending, success, failed or cancelled')
    .addHelpText('after', examples('sydx deliveries list --status failed --limit 10'))
    .action(async (options: ListOptions) => {
      const page = await firstFound(options);
      if (options.json === true) {
        printJson(page);
        return;
      }
      const rows = page.data.map((each) => [
        each.id,
        each.event,
        each.webhookName,
        each.status,
        each.attemptCount,
        each.statusCode ?? each.error?.code ?? null,
        each.createdAt,
      ]);
      const head = ['ID', 'EVENT', 'WEBHOOK', 'STATUS', 'ATTEMPTS', 'RESULT', 'CREATED'];
      printTable({ head, rows, nextCursor: page.nextCursor });
    });

  overHttp(deliveries.command('show'))
    .description('Show a delivery with its payload and attempts')
    .argument('<id>', 'the delivery, dlv_…')
    .addHelpText('after', examples('sydx deliveries show dlv_02qbt8v3jm0c1'))
    .action(async (id: string, options: HttpOptions) => {
      const delivery = await connect(options).get<DeliveryDetail>(pathOfDelivery(id));
      if (options.json === true) printJson(delivery);
      else printFields(deliveryFields(delivery));
    });

  addTailCommand(deliveries);
  // Where it was before it had a name of its own.
  addRedeliver(deliveries.command('redeliver', { hidden: true }));
  addRedeliver(program.command('redeliver'));
}

/** A page of a search may be empty and not the last: the first that holds something, or the end. */
async function firstFound(options: ListOptions): Promise<Page> {
  const api = connect(options);
  let cursor = options.cursor;
  for (;;) {
    const page = await api.get<Page>('/v1/deliveries', {
      limit: options.limit,
      cursor,
      webhookId: options.webhook,
      eventId: options.eventId,
      event: options.event,
      status: options.status,
    });
    if (page.data.length > 0 || page.nextCursor === null) return page;
    cursor = page.nextCursor;
  }
}
