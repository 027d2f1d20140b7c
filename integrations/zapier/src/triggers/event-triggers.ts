import { type Bundle, defineTrigger, type ZObject } from 'zapier-platform-core';
import { EVENT_TYPES, type EventType, titleOf } from '../event-type.ts';
import { receive, recentEvents, subscribe, unsubscribe } from '../hook.ts';
import { fieldsOf, sampleOf } from '../zap-event.ts';

/** One trigger for each type of the catalogue. */
export const eventTriggers = EVENT_TYPES.map((eventType) => triggerOf(eventType));

/** The trigger of one event type. Its key is the type with an underscore for each dot. */
function triggerOf(eventType: EventType) {
  const { type, description } = eventType;
  const title = titleOf(type);
  return defineTrigger({
    key: type.replaceAll('.', '_'),
    noun: title.split(' ')[0] ?? title,
    display: {
      label: title,
      description: `Triggers when ${description.charAt(0).toLowerCase()}${description.slice(1)}.`,
    },
    operation: {
      type: 'hook',
      performSubscribe: async (z: ZObject, bundle: Bundle) =>
        subscribe(z, bundle, { name: `Zapier: ${title}`, events: [type] }),
      performUnsubscribe: unsubscribe,
      perform: receive,
      performList: async (z: ZObject, bundle: Bundle) => {
        const events = await recentEvents(z, bundle, { type, limit: '3' });
        return events.length > 0 ? events : [sampleOf(eventType)];
      },
      sample: sampleOf(eventType),
      outputFields: fieldsOf(eventType),
    },
  });
}
