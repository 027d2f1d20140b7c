import { createPublisher, PublishError } from '@sydx/sdk';

const publisher = createPublisher({
  baseUrl: process.env.SYDX_URL,
  apiKey: process.env.SYDX_API_KEY,
});

/** The CRM's contacts by their WhatsApp id; yours are in a database. */
const contacts = new Map<string, { name: string }>();

/** Whoever writes for the first time becomes a contact. @returns the event's id, null for one we knew */
async function meet(waId: string, name: string): Promise<string | null> {
  if (contacts.has(waId)) return null;
  contacts.set(waId, { name });
  try {
    const { id } = await publisher.publish({
      type: 'contact.created',
      data: { name, waId, source: 'whatsapp' },
    });
    return id;
  } catch (error) {
    if (!(error instanceof PublishError)) throw error;
    // error.problem says what is wrong; error.events can be published again as they are.
    console.error(error.message, error.problem?.errors);
    throw error;
  }
}

console.log(await meet('919876543210', 'John Doe'));
await meet('919876543210', 'John Doe');
