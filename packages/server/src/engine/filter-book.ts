import { setImmediate as aTurn } from 'node:timers/promises';
import { compileFilter, type FilterTest, readFilter } from '@sydx/contract';
import type { Logger } from 'pino';
import type { Clock } from '../base/clock.ts';
import { formatId } from '../base/ids.ts';
import { readDeliveredBody } from '../exact/index.ts';
import type { Database } from '../store/database.ts';
import type { Refusals } from '../store/publish-events.ts';
import {
  type ChangedWebhookRow,
  filteredWebhooks,
  type WebhookFilterRow,
} from '../store/webhook-settings.ts';
import { BOUNDS } from './bounds.ts';

/** A filter ready to be asked. */
interface Filtered {
  readonly webhookId: string;
  readonly version: string;
  readonly events: readonly string[];
  readonly test: FilterTest;
}

interface Filterable {
  readonly tenantNo: number;
  readonly type: string;
  readonly body: string;
}

/**
 * The filters of all webhooks, kept fresh by the webhook book: what an event is judged by when it is
 * published. It may be a moment behind; a refusal carries the version of its filter, and the statement
 * that publishes heeds it only while that one holds. So what is out of date here never drops a
 * delivery: at worst it lets one through.
 */
export class FilterBook {
  /** By tenant, then by webhook. A tenant without filters has no entry. */
  readonly #tenants = new Map<number, Map<string, Filtered>>();
  /** The same by tenant and event type, made when first asked for. */
  readonly #byType = new Map<number, Map<string, readonly Filtered[]>>();
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #log: Logger;

  constructor(clock: Pick<Clock, 'monotonic'>, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Reads all that there are; later ones come by take(). */
  async load({ control }: Pick<Database, 'control'>): Promise<void> {
    for (let rows = await filteredWebhooks(control, '0'); rows.length > 0; ) {
      for (const row of rows) this.#keep(row);
      rows = await filteredWebhooks(control, rows.at(-1)?.id ?? '');
    }
  }

  /** A webhook as it is since its last change. */
  take(row: ChangedWebhookRow): void {
    const { filter_version } = row;
    if (filter_version === null || !row.enabled || row.deleted) this.#drop(row);
    else this.#keep({ ...row, filter_version });
  }

  /** @returns which deliveries of these events the filters refuse; null: none */
  async refusals(events: readonly Filterable[]): Promise<Refusals | null> {
    if (this.#tenants.size === 0) return null;
    const refusals = noRefusals();
    let turnEndsAt = this.#clock.monotonic() + BOUNDS.filterTurnMs;
    for (const [index, event] of events.entries()) {
      const filters = this.#of(event.tenantNo, event.type);
      if (filters.length === 0) continue;
      judgeEvent(event, index, filters, refusals);
      if (this.#clock.monotonic() < turnEndsAt) continue;
      await aTurn();
      turnEndsAt = this.#clock.monotonic() + BOUNDS.filterTurnMs;
    }
    return refusals.webhookIds.length === 0 ? null : refusals;
  }

  #of(tenantNo: number, type: string): readonly Filtered[] {
    const all = this.#tenants.get(tenantNo);
    if (all === undefined) return NONE;
    let byType = this.#byType.get(tenantNo);
    if (byType === undefined) {
      byType = new Map();
      this.#byType.set(tenantNo, byType);
    }
    let filters = byType.get(type);
    if (filters === undefined) {
      filters = [...all.values()].filter(({ events }) => events.includes(type));
      byType.set(type, filters);
    }
    return filters;
  }

  #keep(row: WebhookFilterRow): void {
    const filtered = prepare(row);
    if (filtered === null) {
      // Written by a newer version of the product: deliver rather than drop what it might let pass.
      const webhook = formatId('whk', row.id);
      this.#log.warn(
        { webhook },
        'A filter is not understood on this node; it refuses nothing here.',
      );
      this.#drop(row);
      return;
    }
    const all = this.#tenants.get(row.tenant_no) ?? new Map<string, Filtered>();
    all.set(row.id, filtered);
    this.#tenants.set(row.tenant_no, all);
    this.#byType.delete(row.tenant_no);
  }

  #drop({ id, tenant_no: tenantNo }: Pick<WebhookFilterRow, 'id' | 'tenant_no'>): void {
    const all = this.#tenants.get(tenantNo);
    if (all?.delete(id) !== true) return;
    if (all.size === 0) this.#tenants.delete(tenantNo);
    this.#byType.delete(tenantNo);
  }
}

const NONE: readonly Filtered[] = [];

/**
 * The same for filters that were read this moment.
 *
 * @param rows of the events' tenants
 */
export function refusalsBy(
  rows: readonly WebhookFilterRow[],
  events: readonly Filterable[],
): Refusals {
  const refusals = noRefusals();
  const prepared = rows.flatMap((row) => {
    const filtered = prepare(row);
    return filtered === null ? [] : [{ ...filtered, tenantNo: row.tenant_no }];
  });
  for (const [index, event] of events.entries()) {
    const { tenantNo, type } = event;
    const filters = prepared.filter(
      (one) => one.tenantNo === tenantNo && one.events.includes(type),
    );
    if (filters.length > 0) judgeEvent(event, index, filters, refusals);
  }
  return refusals;
}

function noRefusals(): Refusals {
  return { eventIndexes: [], webhookIds: [], filterVersions: [] };
}

/** @returns null when this version of the product does not understand it */
function prepare(row: WebhookFilterRow): Filtered | null {
  const reading = readFilter(row.filter);
  if (!reading.ok) return null;
  const { id: webhookId, filter_version: version, events } = row;
  return { webhookId, version, events, test: compileFilter(reading.filter) };
}

/** By the very body that receivers get; parsed once, however many filters ask. */
function judgeEvent(
  { body }: Filterable,
  index: number,
  filters: readonly Filtered[],
  refusals: Refusals,
): void {
  const { data } = readDeliveredBody(body);
  for (const { webhookId, version, test } of filters) {
    if (test(data)) continue;
    refusals.eventIndexes.push(index);
    refusals.webhookIds.push(webhookId);
    refusals.filterVersions.push(version);
  }
}
