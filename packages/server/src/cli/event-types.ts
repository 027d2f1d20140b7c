import { type EventTypeEntry, type EventTypePage, SUBSCRIBABLE_EVENT_TYPES } from '@sydx/contract';
import type { z } from 'zod';
import type { ApiClient } from './api-client.ts';
import { CommandError, UsageError } from './errors.ts';
import { plainText } from './plain-text.ts';

/**
 * Splits what `--events` holds.
 *
 * @throws UsageError when it names none
 */
export function readEventTypes(text: string): string[] {
  const types = text.split(',').map((type) => type.trim());
  const named = types.filter((type) => type !== '');
  if (named.length > 0) return named;
  throw new UsageError(
    `--events names no event type: leave it out for all, or write some of ${SUBSCRIBABLE_EVENT_TYPES.join(', ')}.`,
  );
}

/** Everything that the tenant can subscribe to. */
export async function subscribableEventTypes(api: ApiClient): Promise<readonly string[]> {
  const all: EventTypeEntry[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.get<z.output<typeof EventTypePage>>('/v1/event-types', {
      limit: '100',
      cursor,
    });
    all.push(...page.data);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  const own = all.filter(({ origin }) => origin !== 'product').map(({ type }) => type);
  return [...SUBSCRIBABLE_EVENT_TYPES, ...own];
}

/**
 * Asks the server only for types that are not the product's.
 *
 * @throws CommandError when the tenant has no such type
 */
export async function checkEventTypes(api: ApiClient, types: readonly string[]): Promise<void> {
  const known: readonly string[] = SUBSCRIBABLE_EVENT_TYPES;
  if (types.every((type) => known.includes(type))) return;
  const all = await subscribableEventTypes(api);
  const unknown = types.find((type) => !all.includes(type));
  if (unknown !== undefined) throw new CommandError(noSuchEventType(unknown, known));
}

/** @param known types of the product */
export function noSuchEventType(type: string, known: readonly string[]): string {
  return (
    `${plainText(type)} is no event type: write one of ${known.join(', ')}, ` +
    'or one of yours (npx sydx event-type list).'
  );
}
