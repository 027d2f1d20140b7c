import type { RejectedEventDetail, RejectedEventPage } from '@sydx/contract';
import type { Command } from 'commander';
import { type ApiClient, connect } from '../api-client.ts';
import { CommandError, UsageError } from '../errors.ts';
import { print, printFields, printJson, printTable } from '../output.ts';
import {
  examples,
  type HttpOptions,
  overHttp,
  overHttpPaged,
  type PageOptions,
} from '../over-http.ts';
import { plainText } from '../plain-text.ts';

const PATH = '/v1/rejected-events';
const ID = 'the rejected event, rej_…';

interface Everyone {
  readonly allTenants?: boolean;
}

/** What was published and could not be accepted, over HTTP. */
export function addRejectedCommands(outbox: Command): void {
  ofEveryone(overHttpPaged(outbox.command('rejected')))
    .description('List what was published and could not be accepted, or show one')
    .argument('[id]', ID)
    .addHelpText(
      'after',
      examples('sydx outbox rejected', 'sydx outbox rejected rej_02qbt8v3jm0c1'),
    )
    .action(async (id: string | undefined, options: PageOptions & Everyone) => {
      const api = connectTo(options);
      await (id === undefined ? list(api, options) : show(api, id, options));
    });

  ofEveryone(overHttp(outbox.command('retry')))
    .description('Publish what was rejected after all, once its reason is mended')
    .argument('[ids...]', ID)
    .option('--all', 'every one; what is still refused stays')
    .addHelpText(
      'after',
      examples('sydx outbox retry rej_02qbt8v3jm0c1', 'sydx outbox retry --all'),
    )
    .action(async (ids: string[], options: HttpOptions & Everyone & { all?: boolean }) => {
      if (ids.length === 0 && options.all !== true) {
        throw new UsageError('Say which: ids, or --all.');
      }
      const api = connectTo(options);
      await retry(api, options.all === true ? await allIds(api) : ids, options);
    });

  ofEveryone(overHttp(outbox.command('discard')))
    .description('Discard a rejected event: it is never published')
    .argument('<id>', ID)
    .addHelpText('after', examples('sydx outbox discard rej_02qbt8v3jm0c1'))
    .action(async (id: string, options: HttpOptions & Everyone) => {
      await connectTo(options).delete(pathOf(id));
      if (options.json === true) printJson({ discarded: id });
      else print('Discarded.');
    });
}

function ofEveryone(command: Command): Command {
  return command.option('--all-tenants', 'of every tenant, with the operator key');
}

function connectTo(options: HttpOptions & Everyone): ApiClient {
  return connect(options, options.allTenants === true);
}

function pathOf(id: string): string {
  return `${PATH}/${encodeURIComponent(id)}`;
}

async function list(api: ApiClient, { limit, cursor, json }: PageOptions): Promise<void> {
  const page = await api.get<RejectedEventPage>(PATH, { limit, cursor });
  if (json === true) {
    printJson(page);
    return;
  }
  const rows = page.data.map((one) => [one.id, one.tenantId, one.type, one.code, one.publishedAt]);
  const { nextCursor } = page;
  printTable({ head: ['ID', 'TENANT', 'TYPE', 'REASON', 'PUBLISHED'], rows, nextCursor });
}

async function show(api: ApiClient, id: string, { json }: HttpOptions): Promise<void> {
  const one = await api.get<RejectedEventDetail>(pathOf(id));
  if (json === true) {
    printJson(one);
    return;
  }
  printFields([
    ['Id', one.id],
    ['Tenant', one.tenantId],
    ['Type', one.type],
    ['Published', one.publishedAt],
    ['Key', one.idempotencyKey],
    ['Reason', `${one.detail} (${one.code})`],
    ...one.errors.map(({ pointer, detail }): [string, string] => ['', `${pointer}: ${detail}`]),
    ['Data', one.data],
  ]);
}

/** Read before anything is retried: what is accepted leaves the list. */
async function allIds(api: ApiClient): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.get<RejectedEventPage>(PATH, { limit: '100', cursor });
    ids.push(...page.data.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  // Newest first is how they are listed; accepted they are in the order in which they were published.
  return ids.toReversed();
}

/** @throws CommandError when some are still refused */
async function retry(api: ApiClient, ids: readonly string[], options: HttpOptions): Promise<void> {
  const accepted: { id: string; eventId: string }[] = [];
  const refused: { id: string; reason: string }[] = [];
  for (const id of ids) {
    try {
      const event = await api.post<{ id: string }>(`${pathOf(id)}/retry`);
      accepted.push({ id, eventId: event.id });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      refused.push({ id, reason: error.message });
    }
  }
  if (options.json === true) printJson({ accepted, refused });
  else {
    for (const { id, eventId } of accepted) print(plainText(`${id} is ${eventId} now.`));
    for (const { id, reason } of refused) print(plainText(`${id} stays: ${reason}`, true));
    if (ids.length === 0) print('None.');
  }
  if (refused.length > 0) throw new CommandError(`${refused.length} are still refused.`);
}
