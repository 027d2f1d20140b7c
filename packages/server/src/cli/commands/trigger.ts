import {
  EVENTS,
  type EventTypeEntry,
  isCustomEventTypeName,
  isPublishable,
  PUBLISHABLE_EVENT_TYPES,
  type PublishOneAnswer,
} from '@sydx/contract';
import type { Command } from 'commander';
import type { z } from 'zod';
import { connect } from '../api-client.ts';
import { noSuchEventType } from '../event-types.ts';
import { CommandError, NotFoundError, UsageError } from '../errors.ts';
import { readJsonOption } from '../json-option.ts';
import { print, printJson } from '../output.ts';
import { examples, type HttpOptions, overHttp } from '../over-http.ts';
import { plainText } from '../plain-text.ts';

interface TriggerOptions extends HttpOptions {
  readonly data?: string;
  readonly key?: string;
  readonly timestamp?: string;
}

export function addTriggerCommand(program: Command): void {
  overHttp(program.command('trigger').alias('publish'))
    .description("Publish an event, its type's sample unless told otherwise")
    .argument('<type>', `one of ${PUBLISHABLE_EVENT_TYPES.join(', ')}, or one of yours`)
    .option('--data <json>', 'its data as JSON, or @FILE to read it from; a sample when left out')
    .option('--key <key>', 'an idempotency key: a repeat within 24 h publishes nothing new')
    .option('--timestamp <time>', 'when it happened, ISO 8601; now when left out')
    .addHelpText(
      'after',
      examples(
        'sydx trigger lead.captured',
        `sydx trigger contact.updated --data '{"contact":"919876543210","changedFields":["name"],"name":"Jo"}'`,
        'sydx trigger lead.captured --data @lead.json --key lead-4711',
      ),
    )
    .action(async (type: string, options: TriggerOptions) => {
      const data =
        options.data === undefined
          ? await sampleOf(type, options)
          : await readJsonOption(options.data, 'The data');
      const { timestamp, key: idempotencyKey, tenant: tenantId } = options;
      const rest = JSON.stringify({ type, timestamp, idempotencyKey, tenantId });
      // The data goes out as it was written, so that the server judges its numbers and not we.
      const event = `${rest.slice(0, -1)},"data":${data}}`;
      const api = connect(options);
      const { id } = await api.post<z.output<typeof PublishOneAnswer>>('/v1/events', event);
      if (options.json === true) printJson({ id });
      else print(plainText(`Accepted: ${id}`));
    });
}

/** @throws UsageError when nobody can publish it, CommandError when the account does not know it */
async function sampleOf(type: string, options: HttpOptions): Promise<string> {
  if (isPublishable(type)) return JSON.stringify(EVENTS[type].sample);
  if (!isCustomEventTypeName(type)) {
    throw new UsageError(noSuchEventType(type, PUBLISHABLE_EVENT_TYPES));
  }
  const path = `/v1/event-types/${encodeURIComponent(type)}`;
  try {
    const entry = await connect(options).get<EventTypeEntry>(path);
    return JSON.stringify(entry.sample);
  } catch (error) {
    if (error instanceof NotFoundError)
      throw new CommandError(noSuchEventType(type, PUBLISHABLE_EVENT_TYPES), { cause: error });
    throw error;
  }
}
