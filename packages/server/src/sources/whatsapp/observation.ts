import type { ObservedContact } from './contact.ts';
import type { JsonObject } from '../json.ts';

/** What a WhatsApp notification says that happened, ready to become an event. */
export interface EventDraft {
  type:
    | 'message.received'
    | 'message.sent'
    | 'flow.completed'
    | 'lead.captured'
    | 'contact.updated';
  /** The event's data, within contract.md's size and depth. */
  data: JsonObject;
}

/** One message, echo or status of a notification, read. */
export interface Observation {
  /** The business number that it came through: routes to a tenant and filters by phoneNumberIds. */
  phoneNumberId: string | null;
  /** Equal for a repeat of the same observation, different for everything else. */
  repeatKey: string;
  /** Unix milliseconds; null when WhatsApp gave none: then the server's time holds. */
  timestampMs: number | null;
  /** What it teaches about the customer; null when it names nobody that could be remembered. */
  contact: ObservedContact | null;
  /** Null when it only teaches about the contact. */
  event: EventDraft | null;
  /**
   * message.sent only: WhatsApp's message id. Status `sent` and echo of one message share it (and
   * the repeatKey), and an event that the CRM published with this messageId suppresses both.
   */
  suppressKey: string | null;
}

/** Something that we do not know, answered 200 and logged so that Meta keeps the subscription. */
export interface UnknownKind {
  /** WhatsApp's own word for it: a field, a message type, a status. */
  kind: string;
  why: string;
}

/** What one item of a notification came to; both when we publish it without knowing its kind. */
export interface ItemReading {
  observation: Observation | null;
  unknown: UnknownKind | null;
}
