import { parseLenient } from '../../exact/index.ts';
import type { Envelope } from './envelope.ts';
import { type JsonObject, objectOf, present, textOf } from '../json.ts';
import type { EventDraft } from './observation.ts';
import type { Person } from './person.ts';

/** A flow's answer inside an interactive message, or undefined. */
export function flowReplyOf(message: JsonObject): JsonObject | undefined {
  const interactive = objectOf(message['interactive']);
  return interactive?.['type'] === 'nfm_reply'
    ? (objectOf(interactive['nfm_reply']) ?? {})
    : undefined;
}

/**
 * flow.completed: `flow` is WhatsApp's name of it (`flow` where it says no more), `session` what
 * the person answered, with the flow_token when the flow had one.
 */
export function flowDraft(
  reply: JsonObject,
  message: JsonObject,
  person: Person,
  envelope: Envelope,
): EventDraft {
  const data = present({
    flow: textOf(reply['name']) ?? 'flow',
    contact: person.contact,
    userId: person.userId,
    name: person.name,
    session: sessionOf(reply['response_json']),
    body: textOf(reply['body']),
    messageId: textOf(message['id']),
    replyTo: textOf(objectOf(message['context'])?.['id']),
    phoneNumberId: envelope.phoneNumberId ?? undefined,
  });
  return { type: 'flow.completed', data };
}

// Answers that are not a JSON object still reach the receiver, as they came.
function sessionOf(response: unknown): JsonObject {
  const reading = typeof response === 'string' ? parseLenient(response) : undefined;
  const answers = reading?.ok === true ? reading.value : response;
  return objectOf(answers) ?? present({ response_json: response ?? undefined });
}
