import { type JsonObject, listOf, objectOf, textOf } from '../json.ts';

/** What one type's own object says. Without a body it reads `[type]`. */
interface ReadPart {
  body?: string | undefined;
  fields: JsonObject;
  unknown?: string | undefined;
}

type Reader = (part: unknown) => ReadPart;

/** WhatsApp's types that we know, each with how its own object reads (contentOf has the table). */
export const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['text', readText],
  ['image', readMedia],
  ['video', readMedia],
  ['document', readDocument],
  ['audio', readAudio],
  ['sticker', readMedia],
  ['location', readLocation],
  ['contacts', readContacts],
  ['order', readOrder],
  ['button', readButton],
  ['interactive', readInteractive],
  ['reaction', readReaction],
  ['edit', (part) => ({ body: '[message edited]', fields: originalOf(part) })],
  ['revoke', (part) => ({ body: '[message deleted]', fields: originalOf(part) })],
  ['unsupported', readUnsupported],
  ['system', (part) => ({ body: fieldOf(part, 'body'), fields: { system: part } })],
  // The person opened the chat for the first time and has written nothing yet.
  ['request_welcome', () => ({ fields: {} })],
]);

function fieldOf(part: unknown, field: string): string | undefined {
  return textOf(objectOf(part)?.[field]);
}

function readText(part: unknown): ReadPart {
  return { body: fieldOf(part, 'body') ?? '', fields: {} };
}

function readMedia(part: unknown): ReadPart {
  return { body: fieldOf(part, 'caption'), fields: { media: part } };
}

function readDocument(part: unknown): ReadPart {
  const filename = fieldOf(part, 'filename');
  const named = filename === undefined ? undefined : `[document: ${filename}]`;
  return { body: fieldOf(part, 'caption') ?? named, fields: { media: part } };
}

function readAudio(part: unknown): ReadPart {
  const voice = objectOf(part)?.['voice'] === true;
  return { body: voice ? '[voice message]' : undefined, fields: { media: part } };
}

function readLocation(part: unknown): ReadPart {
  const place = [fieldOf(part, 'name'), fieldOf(part, 'address')].filter(Boolean).join(', ');
  const [latitude, longitude] = [fieldOf(part, 'latitude'), fieldOf(part, 'longitude')];
  const point =
    latitude === undefined || longitude === undefined ? '' : `(${latitude}, ${longitude})`;
  const body = [place, point].filter(Boolean).join(' ');
  return { body: body === '' ? undefined : body, fields: { location: part } };
}

function readContacts(part: unknown): ReadPart {
  const cards = listOf(part).map((card) => {
    const name = objectOf(objectOf(card)?.['name']);
    const spelled = [fieldOf(name, 'first_name'), fieldOf(name, 'last_name')].filter(Boolean);
    const phones = listOf(objectOf(card)?.['phones'])
      .map((phone) => fieldOf(phone, 'phone') ?? fieldOf(phone, 'wa_id'))
      .filter(Boolean)
      .join(', ');
    const called = fieldOf(name, 'formatted_name') ?? spelled.join(' ');
    return [called, phones].filter(Boolean).join(': ');
  });
  const body = cards.filter(Boolean).join('; ');
  return { body: body === '' ? undefined : body, fields: { contacts: part } };
}

function readOrder(part: unknown): ReadPart {
  const items = listOf(objectOf(part)?.['product_items']).map((item) => {
    const product = fieldOf(item, 'product_retailer_id') ?? '?';
    const price = [fieldOf(item, 'item_price'), fieldOf(item, 'currency')].filter(Boolean);
    const priced = price.length > 0 ? ` at ${price.join(' ')}` : '';
    return `${fieldOf(item, 'quantity') ?? '?'} × ${product}${priced}`;
  });
  const body = [fieldOf(part, 'text'), items.join(', ')].filter(Boolean).join(': ');
  return { body: body === '' ? undefined : body, fields: { order: part } };
}

function readButton(part: unknown): ReadPart {
  const [id, title] = [fieldOf(part, 'payload'), fieldOf(part, 'text')];
  return { body: title ?? id, fields: { button: part, reply: replyOf(id, title, undefined) } };
}

function readInteractive(part: unknown): ReadPart {
  const kind = fieldOf(part, 'type');
  // Meta sends interactive messages without any content too, with errors beside them.
  if (kind === undefined) return { fields: { interactive: part } };
  if (kind !== 'button_reply' && kind !== 'list_reply') {
    return { body: `[${kind}]`, fields: { interactive: part }, unknown: `interactive ${kind}` };
  }
  const chosen = objectOf(part)?.[kind];
  const [id, title] = [fieldOf(chosen, 'id'), fieldOf(chosen, 'title')];
  const reply = replyOf(id, title, fieldOf(chosen, 'description'));
  return { body: title ?? id, fields: { interactive: part, reply } };
}

// One shape for quick replies, reply buttons and lists, so that a receiver reads one field.
function replyOf(
  id: string | undefined,
  title: string | undefined,
  description: string | undefined,
): JsonObject {
  return {
    ...(id !== undefined && { id }),
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
  };
}

function readReaction(part: unknown): ReadPart {
  // WhatsApp takes a reaction back with an empty emoji or with none.
  return { body: fieldOf(part, 'emoji') ?? '[reaction removed]', fields: { reaction: part } };
}

function originalOf(part: unknown): JsonObject {
  return { originalMessageId: fieldOf(part, 'original_message_id') };
}

function readUnsupported(part: unknown): ReadPart {
  const kind = fieldOf(part, 'type');
  const body = kind === undefined ? undefined : `[unsupported: ${kind}]`;
  return { body, fields: { unsupported: part } };
}
