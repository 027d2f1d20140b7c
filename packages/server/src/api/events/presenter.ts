import type { AcceptedEvent } from '@sydx/contract';
import { formatId, timeOfId } from '../../base/ids.ts';
import type { EventDelivery } from '../../store/deliveries-of-events.ts';
import type { EventRow } from '../../store/events.ts';

interface StoredBody {
  readonly timestamp: string;
  readonly tenantId: string;
  readonly data: Record<string, unknown>;
}

const NOBODY = 'No enabled webhook subscribed to this type when the event was accepted.';

/** @param deliveries all that the event led to */
export function presentEvent(event: EventRow, deliveries: readonly EventDelivery[]): AcceptedEvent {
  const { timestamp, tenantId, data } = JSON.parse(event.body) as StoredBody;
  return {
    id: formatId('evt', event.id),
    type: event.type,
    timestamp,
    tenantId,
    data,
    createdAt: new Date(timeOfId(event.id)).toISOString(),
    deliveries: deliveries.map((delivery) => ({
      id: formatId('dlv', delivery.id),
      webhookId: formatId('whk', delivery.webhook_id),
      webhookName: delivery.webhook_name,
      status: delivery.status,
    })),
    note: deliveries.length === 0 ? NOBODY : null,
  };
}
