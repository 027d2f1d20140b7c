import { type Bundle, defineTrigger, type ZObject } from 'zapier-platform-core';
import { EVENT_TYPES } from '../event-type.ts';
import { receive, recentEvents, subscribe, unsubscribe } from '../hook.ts';
import { COMMON_FIELDS, sampleOf } from '../zap-event.ts';
import { subscribableTypes } from './event-type-list.ts';

const SHOWN = 3;

/** Types that were chosen; empty stands for all. */
function chosenTypes({ inputData }: Bundle): readonly string[] {
  const chosen = inputData['eventTypes'];
  return Array.isArray(chosen) ? (chosen as unknown[]).map(String) : [];
}

async function performSubscribe(z: ZObject, bundle: Bundle) {
  const chosen = chosenTypes(bundle);
  const events =
    chosen.length > 0 ? chosen : (await subscribableTypes(z, bundle)).map(({ type }) => type);
  return subscribe(z, bundle, { name: 'Zapier: Any Event', events });
}

/** Events that happened, else samples, of the types that were chosen. */
async function performList(z: ZObject, bundle: Bundle) {
  const chosen = chosenTypes(bundle);
  const isWanted = (type: string) => chosen.length === 0 || chosen.includes(type);
  const recent = await recentEvents(z, bundle, { limit: '100' });
  const wanted = recent.filter(({ event }) => isWanted(event)).slice(0, SHOWN);
  if (wanted.length > 0) return wanted;
  const types = (await subscribableTypes(z, bundle)).filter(({ type }) => isWanted(type));
  return types.slice(0, SHOWN).map((type) => sampleOf(type));
}

/** One trigger for several types, those that were registered for the account included. */
export const anyEvent = defineTrigger({
  key: 'any_event',
  noun: 'Event',
  display: {
    label: 'Any Event',
    description: 'Triggers when any of the event types that you choose happens.',
  },
  operation: {
    type: 'hook',
    inputFields: [
      {
        key: 'eventTypes',
        label: 'Event Types',
        type: 'string',
        list: true,
        required: false,
        dynamic: 'event_type_list.id.name',
        helpText:
          'Left empty, all that there are when the Zap is turned on. Add a Filter or Paths step on **Event Type** to tell them apart.',
      },
    ],
    performSubscribe,
    performUnsubscribe: unsubscribe,
    perform: receive,
    performList,
    sample: EVENT_TYPES.slice(0, 1).map((type) => sampleOf(type))[0] ?? {},
    outputFields: [...COMMON_FIELDS],
  },
});
