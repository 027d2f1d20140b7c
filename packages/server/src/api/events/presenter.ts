import type { AcceptedEvent } from '@sydx/contract';
import { formatId, timeOfId } from '../../base/ids.ts';
import { readDeliveredBody } from '../../exact/index.ts';
import type { EventDelivery } from '../../store/deliveries-of-events.ts';
import type { DisabledSubscriber } from '../../store/disabled-subscribers.ts';
import type { EventRow } from '../../store/events.ts';

const NOBODY = 'No enabled webhook subscribed to this type when the event was accepted.';
const NOBODY_ELSE = 'No other webhook got it.';
const NAMES_SHOWN = 3;

/** Who might have got an event and did not. */
export interface PassedOver {
  /** Webhooks of the tenant that are disabled now. */
  readonly disabled: readonly DisabledSubscriber[];
  /** Names of enabled ones whose filter, as it is now, refuses it. */
  readonly refusedBy: readonly string[];
}

/** @param deliveries all that the event led to */
export function presentEvent(
  event: EventRow,
  deliveries: readonly EventDelivery[],
  passedOver: PassedOver,
): AcceptedEvent {
  const { timestamp, tenantId, data } = readDeliveredBody(event.body);
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
    note: noteOf(event.type, deliveries.length > 0, passedOver),
  };
}

/** What was true then, and what of it can be mended now. */
function noteOf(
  type: string,
  isDelivered: boolean,
  { disabled, refusedBy }: PassedOver,
): string | null {
  const refused = `The filter of ${listed(refusedBy)}, as it is now, refuses it.`;
  if (isDelivered) return refusedBy.length === 0 ? null : refused;
  if (refusedBy.length > 0) return `${refused} ${NOBODY_ELSE}`;
  const names = disabled.filter(({ events }) => events.includes(type)).map(({ name }) => name);
  if (names.length === 0) return `${NOBODY} Create a webhook for it, or add it to one.`;
  return `${NOBODY} Disabled now, though subscribed to it: ${listed(names)}.`;
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  const shown = names.slice(0, NAMES_SHOWN).map((name) => `“${name}”`);
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
