import { contentOf } from './content.ts';
import type { Envelope } from './envelope.ts';
import { type JsonObject, millisecondsOf, present, textOf } from '../json.ts';
import type { ItemReading } from './observation.ts';
import { digitsOf } from '../digits.ts';
import { observedContact, type Person, personOf, rememberable } from './person.ts';
import { repeatKey } from './repeat-key.ts';

/**
 * A message that the business sent from its own WhatsApp app (smb_message_echoes) → message.sent,
 * once per message id. An edit or a deletion is a message with an id of its own and is told the
 * same way, with `type` edit or revoke, originalMessageId and the new body.
 */
export function readEcho(echo: JsonObject, envelope: Envelope): ItemReading {
  const id = textOf(echo['id']);
  const person = customerOf(echo, envelope);
  const content = contentOf(echo);
  // Should an edit carry the id of what it edits, it is still another thing than that message.
  const isItself = id === undefined || content.fields['originalMessageId'] !== id;
  const kind = isItself ? ['message.sent'] : ['message.sent', content.type];
  const data = present({
    contact: person.contact,
    userId: person.userId,
    name: person.name,
    body: content.body,
    type: content.type,
    status: 'sent',
    messageId: id,
    ...content.fields,
    phoneNumberId: envelope.phoneNumberId ?? undefined,
  });
  const observation = {
    phoneNumberId: envelope.phoneNumberId,
    repeatKey: repeatKey(kind, id, echo),
    timestampMs: millisecondsOf(echo['timestamp']),
    contact: observedContact(person, false),
    event: { type: 'message.sent' as const, data },
    suppressKey: isItself ? rememberable(id) : null,
  };
  const unknown = content.unknown;
  return {
    observation,
    unknown: unknown === undefined ? null : { kind: unknown, why: 'published as message.sent' },
  };
}

// The customer is whom it was sent to. Some echoes of edits and deletions name the two the other
// way round: the business's own number is never the customer.
function customerOf(echo: JsonObject, envelope: Envelope): Person {
  const { profiles, onePerson, ownNumber } = envelope;
  const to = digitsOf(echo['to']);
  const from = digitsOf(echo['from']);
  const swapped = to !== undefined && to === ownNumber && from !== undefined && from !== ownNumber;
  const given = swapped
    ? { phone: from, userId: echo['from_user_id'] }
    : { phone: to, userId: echo['to_user_id'] };
  return personOf(given, profiles, onePerson);
}
