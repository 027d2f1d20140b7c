import type { AcceptedEvent } from '@sydx/contract';
import type { Database } from '../../store/database.ts';
import { deliveriesOfEvents } from '../../store/deliveries-of-events.ts';
import { disabledSubscribers } from '../../store/disabled-subscribers.ts';
import type { EventRow } from '../../store/events.ts';
import { presentEvent } from './presenter.ts';

/** Events with what each led to; for those that led to nothing, with who might have got them. */
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
  const byEvent = Map.groupBy(deliveries, (delivery) => delivery.event_id);
  const isAnyUnmatched = events.some(({ id }) => !byEvent.has(id));
  const disabled = isAnyUnmatched ? await disabledSubscribers(general, tenantNo) : [];
  return events.map((event) => presentEvent(event, byEvent.get(event.id) ?? [], disabled));
}
