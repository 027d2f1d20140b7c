/** Every event type with its data. More fields may follow; read what you know and ignore the rest. */
export interface SydxEventData {
  /** A customer sent a WhatsApp message. */
  'message.received': Contact & {
    name?: string;
    body?: string;
    /** `text`, `image`, `location`, … as WhatsApp names it. */
    type: string;
    messageId?: string;
  };
  /** A message went out to a customer. */
  'message.sent': Contact & { body?: string; status: string; messageId?: string };
  /** Somebody wrote for the first time. */
  'contact.created': WhatsAppUser & { name?: string; waId: string | null; source: string };
  /** A contact's profile or tags changed; the changed details stand beside the list of their names. */
  'contact.updated': Contact & { changedFields: string[] };
  /** A lead came in from a Facebook ad, a web form or a chatbot flow. */
  'lead.captured': More & {
    name?: string;
    phone?: string;
    email?: string;
    source: 'facebook_ad' | 'web_form' | 'chatbot_flow';
    campaign?: string;
  };
  /** A lead was given to a member of the team. */
  'lead.assigned': More & { lead: More; agent: More & { name: string } };
  /** A broadcast campaign was sent. */
  'campaign.sent': More & { name: string; recipientCount: number };
  /** A broadcast campaign finished. */
  'campaign.completed': More & { name: string; stats: More & { success: number; failed: number } };
  /** A chatbot flow ran to its end. */
  'flow.completed': Contact & { flow: string; session: More };
  /** Another webhook of the account keeps failing: its last three deliveries that ended all failed. */
  'webhook.failing': More & {
    webhook: WebhookInBrief;
    /** When the first of them ended, ISO 8601. */
    failingSince: string;
    failedCount: number;
    lastError: More & { code: string; sentence: string };
    lastDeliveryId: string;
  };
  /** It delivers again. */
  'webhook.recovered': More & {
    webhook: WebhookInBrief;
    failingSince: string;
    lastDeliveryId: string;
  };
  /** Somebody pressed Test. */
  'test.ping': More & { message: string };
}

/** The name of an event type, `message.received` and so on. */
export type SydxEventType = keyof SydxEventData;

/** The event of one type: `SydxEventOf<'lead.captured'>`. */
export interface SydxEventOf<Type extends SydxEventType> {
  event: Type;
  /** When it happened, ISO 8601. */
  timestamp: string;
  tenantId: string;
  data: SydxEventData[Type];
}

/** Any event: `switch (event.event)` tells them apart, and `event.data` has that type's fields. */
export type SydxEvent = { [Type in SydxEventType]: SydxEventOf<Type> }[SydxEventType];

interface More {
  [field: string]: unknown;
}

interface WebhookInBrief extends More {
  id: string;
  name: string;
  /** Masked: a webhook's URL is a credential. */
  url: string;
}

interface WhatsAppUser extends More {
  /** WhatsApp's user id: there when the user hides the number, and the number is null. */
  userId?: string;
}

interface Contact extends WhatsAppUser {
  /** The phone number in digits, or null. */
  contact: string | null;
}
