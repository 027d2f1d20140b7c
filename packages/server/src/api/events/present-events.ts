import type { AcceptedEvent } from '@sydx/contract';
import type { Database } from '../../store/database.ts';
import { refusalsBy } from '../../engine/filter-book.ts';
import { deliveriesOfEvents } from '../../store/deliveries-of-events.ts';
import { disabledSubscribers } from '../../store/disabled-subscribers.ts';
import type { EventRow } from '../../store/events.ts';
import { filteredWebhooksOf } from '../../store/webhook-settings.ts';
import { presentEvent } from './presenter.ts';

/** Events with what each led to, and with who might have got them and did not. */
export async function presentEvents(
  { general }: Database,
  tenantNo: number,
  events: readonly EventRow[],
): Promise<AcceptedEvent[]> {
  const deliveries = await deliveriesOfEvents(
    general,
    tenantNo,
    events.map(({ id }) => id),
  );
  const refusing = await refusingFilters(general, tenantNo, events);
  const byEvent = Map.groupBy(deliveries, (delivery) => delivery.event_id);
  const isAnyUnmatched = events.some(({ id }) => !byEvent.has(id));
  const disabled = isAnyUnmatched ? await disabledSubscribers(general, tenantNo) : [];
  return events.map((event, index) => {
    const led = byEvent.get(event.id) ?? [];
    const gotIt = new Set(led.map(({ webhook_id: id }) => id));
    const refusedBy = (refusing.get(index) ?? []).filter(({ id }) => !gotIt.has(id));
    return presentEvent(event, led, { disabled, refusedBy: refusedBy.map(({ name }) => name) });
  });
}

/** Enabled webhooks whose filter, as it is now, refuses an event: by the event's index. */
async function refusingFilters(
  general: Database['general'],
  tenantNo: number,
  events: readonly EventRow[],
): Promise<Map<number, { id: string; name: string }[]>> {
  const rows = await filteredWebhooksOf(general, [tenantNo]);
  const byIndex = new Map<number, { id: string; name: string }[]>();
  if (rows.length === 0) return byIndex;
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  const asked = events.map(({ type, body }) => ({ tenantNo, type, body }));
  const { eventIndexes, webhookIds } = refusalsBy(rows, asked);
  for (const [at, index] of eventIndexes.entries()) {
    const id = webhookIds[at] ?? '';
    const refusing = byIndex.get(index) ?? [];
    refusing.push({ id, name: names.get(id) ?? '' });
    byIndex.set(index, refusing);
  }
  return byIndex;
}
