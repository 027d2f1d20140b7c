import { contentOf, type Content } from './content.ts';
import type { Envelope } from './envelope.ts';
import { flowDraft, flowReplyOf } from './flow.ts';
import { type JsonObject, millisecondsOf, present, textOf } from '../json.ts';
import type { ItemReading } from './observation.ts';
import { observedContact, type Person, personOf } from './person.ts';
import { repeatKey } from './repeat-key.ts';
import { readSystemMessage } from './system.ts';

/**
 * One message from a customer → message.received; a flow's answer → flow.completed and nothing
 * else; what WhatsApp itself says about a customer (`system`) → see system.ts.
 */
export function readMessage(message: JsonObject, envelope: Envelope): ItemReading {
  const type = textOf(message['type']);
  const system = type === 'system' ? readSystemMessage(message, envelope) : null;
  if (system !== null) return { observation: system, unknown: null };

  const person = personOf(
    { phone: message['from'], userId: message['from_user_id'] },
    envelope.profiles,
    envelope.onePerson,
  );
  const id = textOf(message['id']);
  const common = {
    phoneNumberId: envelope.phoneNumberId,
    timestampMs: millisecondsOf(message['timestamp']),
    // A system message is WhatsApp's, not the customer's: it makes no contact.
    contact: observedContact(person, type !== 'system'),
    suppressKey: null,
  };
  const flowReply = type === 'interactive' ? flowReplyOf(message) : undefined;
  if (flowReply !== undefined) {
    const event = flowDraft(flowReply, message, person, envelope);
    const key = repeatKey(['flow.completed'], id, message);
    return { observation: { ...common, repeatKey: key, event }, unknown: null };
  }
  const content = contentOf(message);
  const kind = content.unknown ?? (type === 'system' ? 'system' : undefined);
  return {
    observation: {
      ...common,
      repeatKey: repeatKey(['message.received', content.type], id, message),
      event: { type: 'message.received', data: receivedData(person, content, id, envelope) },
    },
    unknown: kind === undefined ? null : { kind, why: 'published as message.received' },
  };
}

function receivedData(
  person: Person,
  content: Content,
  id: string | undefined,
  envelope: Envelope,
): JsonObject {
  return present({
    contact: person.contact,
    userId: person.userId,
    name: person.name,
    body: content.body,
    type: content.type,
    messageId: id,
    errors: envelope.errors,
    ...content.fields,
    phoneNumberId: envelope.phoneNumberId ?? undefined,
  });
}
