import type { EventTypeEntry, EventTypePage } from '@sydx/contract';
import type { Command } from 'commander';
import type { z } from 'zod';
import { type ApiClient, connect } from '../api-client.ts';
import { UsageError } from '../errors.ts';
import { print, printFields, printJson, printTable } from '../output.ts';
import {
  examples,
  type HttpOptions,
  overHttp,
  overHttpPaged,
  type PageOptions,
} from '../over-http.ts';
import { readJsonOption } from '../json-option.ts';

const PATH = '/v1/event-types';
const TYPE = 'the event type, such as order.paid';

interface Everyone {
  readonly allTenants?: boolean;
}

interface Content extends HttpOptions, Everyone {
  readonly description?: string;
  readonly schema?: string;
  readonly sample?: string;
}

export function addEventTypeCommands(program: Command): void {
  const eventType = program
    .command('event-type')
    .description('Manage event types: what can be published and subscribed to');

  ofEveryone(overHttpPaged(eventType.command('list')))
    .description('List event types, the built-in ones first')
    .addHelpText('after', examples('sydx event-type list'))
    .action(async (options: PageOptions & Everyone) => {
      const { limit, cursor } = options;
      const api = connectTo(options);
      const page = await api.get<z.output<typeof EventTypePage>>(PATH, { limit, cursor });
      if (options.json === true) {
        printJson(page);
        return;
      }
      const rows = page.data.map((one) => [one.type, one.origin, one.description]);
      printTable({ head: ['TYPE', 'ORIGIN', 'WHEN'], rows, nextCursor: page.nextCursor });
    });

  ofEveryone(overHttp(eventType.command('show')))
    .description('Show an event type with its schema and sample')
    .argument('<type>', TYPE)
    .addHelpText('after', examples('sydx event-type show lead.captured'))
    .action(async (type: string, options: HttpOptions & Everyone) => {
      show(await connectTo(options).get<EventTypeEntry>(pathOf(type)), options);
    });

  withContent(eventType.command('create'))
    .description('Register an event type of your own')
    .argument('<type>', 'its name: lower-case words with a dot between them')
    .addHelpText(
      'after',
      examples(
        `sydx event-type create order.paid --description "A customer pays" --schema @schema.json --sample '{"orderId":"ord_1"}'`,
      ),
    )
    .action(async (type: string, options: Content) => {
      const { description, schema, sample } = options;
      if (description === undefined || schema === undefined || sample === undefined) {
        throw new UsageError('Give --description, --schema and --sample.');
      }
      const body = await bodyOf({ type }, options);
      show(await connectTo(options).post<EventTypeEntry>(PATH, body), options);
    });

  withContent(eventType.command('update'))
    .description('Change an event type; what is left out stays, and so does what is stored')
    .argument('<type>', TYPE)
    .addHelpText('after', examples('sydx event-type update order.paid --schema @schema.json'))
    .action(async (type: string, options: Content) => {
      const body = await bodyOf({}, options);
      show(await connectTo(options).patch<EventTypeEntry>(pathOf(type), body), options);
    });

  ofEveryone(overHttp(eventType.command('delete')))
    .description('Delete an event type that no webhook subscribes to')
    .argument('<type>', TYPE)
    .addHelpText('after', examples('sydx event-type delete order.paid'))
    .action(async (type: string, options: HttpOptions & Everyone) => {
      await connectTo(options).delete(pathOf(type));
      if (options.json === true) printJson({ deleted: type });
      else print('Deleted.');
    });
}

function ofEveryone(command: Command): Command {
  return command.option('--all-tenants', "those of every tenant: the operator's, with its key");
}

function withContent(command: Command): Command {
  return ofEveryone(overHttp(command))
    .option('--description <text>', 'when it is triggered')
    .option('--schema <json>', 'JSON Schema of its data, or @FILE to read it from')
    .option('--sample <json>', 'a realistic data, or @FILE to read it from');
}

function connectTo(options: HttpOptions & Everyone): ApiClient {
  return connect(options, options.allTenants === true);
}

function pathOf(type: string): string {
  return `${PATH}/${encodeURIComponent(type)}`;
}

/** Schema and sample go out as they were written. */
async function bodyOf(
  first: { readonly type?: string },
  { description, schema, sample }: Content,
): Promise<string> {
  const fields = Object.entries({ ...first, description })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  if (schema !== undefined) fields.push(`"schema":${await readJsonOption(schema, 'The schema')}`);
  if (sample !== undefined) fields.push(`"sample":${await readJsonOption(sample, 'The sample')}`);
  return `{${fields.join()}}`;
}

function show(entry: EventTypeEntry, { json }: HttpOptions): void {
  if (json === true) {
    printJson(entry);
    return;
  }
  printFields([
    ['Type', entry.type],
    ['When', entry.description],
    ['Origin', entry.origin],
    ['Changed', entry.updatedAt],
    ['Schema', JSON.stringify(entry.schema)],
    ['Sample', JSON.stringify(entry.sample)],
  ]);
}
