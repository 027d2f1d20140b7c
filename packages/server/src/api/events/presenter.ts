import type { AcceptedEvent } from '@sydx/contract';
import { formatId, timeOfId } from '../../base/ids.ts';
import type { EventDelivery } from '../../store/deliveries-of-events.ts';
import type { DisabledSubscriber } from '../../store/disabled-subscribers.ts';
import type { EventRow } from '../../store/events.ts';

interface StoredBody {
  readonly timestamp: string;
  readonly tenantId: string;
  readonly data: Record<string, unknown>;
}

const NOBODY = 'No enabled webhook subscribed to this type when the event was accepted.';
const NAMES_SHOWN = 3;

/**
 * @param deliveries all that the event led to
 * @param disabled webhooks of the tenant that are disabled now
 */
export function presentEvent(
  event: EventRow,
  deliveries: readonly EventDelivery[],
  disabled: readonly DisabledSubscriber[],
): AcceptedEvent {
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
    note: deliveries.length === 0 ? whyUnmatched(event.type, disabled) : null,
  };
}

/** What was true then, and what of it can be mended now. */
function whyUnmatched(type: string, disabled: readonly DisabledSubscriber[]): string {
  const names = disabled
    .filter(({ events }) => events.includes(type))
    .map(({ name }) => `“${name}”`);
  if (names.length === 0) return `${NOBODY} Create a webhook for it, or add it to one.`;
  const more = names.length - NAMES_SHOWN;
  const list = names.slice(0, NAMES_SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
  return `${NOBODY} Disabled now, though subscribed to it: ${list}.`;
}
