import { readers } from './content-readers.ts';
import { type JsonObject, objectOf, present, textOf } from '../json.ts';

/** What a message says: its type, a body for people, and the details for programs. */
export interface Content {
  /** WhatsApp's own `type`; `unknown` when it has none. */
  type: string;
  body: string;
  /** Further fields of the event's data. */
  fields: JsonObject;
  /** Set when we do not know this kind; it is published all the same, with a body of `[type]`. */
  unknown: string | undefined;
}

/**
 * A message's content. `type` stays WhatsApp's word, and WhatsApp's own object stands beside it
 * unchanged, so that Meta's reference describes it; fields that we name are in camelCase.
 *
 * | type | body | further fields |
 * |---|---|---|
 * | text | the text | |
 * | image, video, document, audio, sticker | the caption, else [image], [video], [document: name.pdf], [audio], [voice message], [sticker] | media (id, mime_type, sha256, url?, caption?, filename?, voice?, animated?) |
 * | location | Name, address (latitude, longitude) | location |
 * | contacts | Name: phone, phone; Name: phone | contacts |
 * | order | text: 3 × ID at 30 ILS, … | order |
 * | button (a template's quick reply) | the button's text | button, reply {id, title} |
 * | interactive (reply button or list) | the title | interactive, reply {id, title, description?} |
 * | interactive with nfm_reply | becomes flow.completed, see message.ts | |
 * | reaction | the emoji, or [reaction removed] | reaction (message_id, emoji?) |
 * | edit | the new body | originalMessageId, editedType, and the new content's fields |
 * | revoke | [message deleted] | originalMessageId |
 * | unsupported | [unsupported] or [unsupported: kind] | unsupported?, errors |
 * | anything else | [type] | content |
 *
 * With all of them, where given: replyTo (message id), forwarded, frequentlyForwarded,
 * referredProduct, referral, errors, groupId.
 */
export function contentOf(message: JsonObject): Content {
  const type = textOf(message['type']) ?? 'unknown';
  const edited = type === 'edit' ? objectOf(objectOf(message['edit'])?.['message']) : undefined;
  const core = edited === undefined ? ownContent(type, message) : editContent(message, edited);
  return { ...core, fields: { ...core.fields, ...circumstances(message) } };
}

function ownContent(type: string, message: JsonObject): Content {
  const reader = readers.get(type);
  if (reader === undefined) {
    const content = Object.hasOwn(message, type) ? message[type] : undefined;
    return { type, body: `[${type}]`, fields: present({ content }), unknown: type };
  }
  const read = reader(message[type]);
  return {
    type,
    body: read.body ?? `[${type}]`,
    fields: present(read.fields),
    unknown: read.unknown,
  };
}

function editContent(message: JsonObject, edited: JsonObject): Content {
  const editedType = textOf(edited['type']) ?? 'unknown';
  const content = ownContent(editedType, edited);
  const original = objectOf(message['edit'])?.['original_message_id'];
  const fields = present({ originalMessageId: textOf(original), editedType });
  return {
    ...content,
    type: 'edit',
    fields: { ...content.fields, ...circumstances(edited), ...fields },
  };
}

/** How the message came to be: what it answers, whether it was passed on, which ad led to it. */
function circumstances(message: JsonObject): JsonObject {
  const context = objectOf(message['context']) ?? {};
  return present({
    replyTo: textOf(context['id']),
    forwarded: context['forwarded'] === true ? true : undefined,
    frequentlyForwarded: context['frequently_forwarded'] === true ? true : undefined,
    referredProduct: objectOf(context['referred_product']),
    referral: objectOf(message['referral']),
    errors: Array.isArray(message['errors']) ? message['errors'] : undefined,
    groupId: textOf(message['group_id']),
  });
}
