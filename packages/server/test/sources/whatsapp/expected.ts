import { messages } from './expected-messages.ts';
import { messageId, person, phoneNumberId, received, type Row, sent } from './expected-row.ts';

/** No event and nothing learned. */
const nothing: Row = { type: null };

const answers = {
  comment_text: 'Comment Text',
  delivery_rating: '4',
  purchase_rating: '2',
  recommend_radio: '0',
  cs_rating: '0',
};

const flow = {
  ...person,
  flow: 'flow',
  body: 'Sent',
  messageId: 'wamid.wegrchytvwcggt==',
  replyTo: 'wamid.gvwegfretge==',
  phoneNumberId,
};

const buttonChosen = { id: 'callback_data', title: 'title' };
const rowChosen = { ...buttonChosen, description: 'description' };

/** The type and data that every fixture must become, by file and key, with the fixtures' own values. */
export const EXPECTED: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  message: messages,
  callback_button: {
    button: received(1698266730000, {
      type: 'interactive',
      body: 'title',
      messageId,
      replyTo: 'wamid.xyzxyz',
      interactive: { type: 'button_reply', button_reply: buttonChosen },
      reply: buttonChosen,
    }),
    quick_reply: received(1698269027000, {
      type: 'button',
      body: 'title',
      messageId: 'wamid.xsidjw',
      replyTo: 'wamid.xyzxyz==',
      button: { payload: 'callback_data', text: 'title' },
      reply: buttonChosen,
    }),
    quick_reply_without_context: received(1698269027000, {
      type: 'button',
      body: 'title',
      messageId: 'wamid.xsidjx',
      button: { payload: 'callback_data', text: 'title' },
      reply: buttonChosen,
    }),
  },
  callback_selection: {
    callback: received(1698266905000, {
      type: 'interactive',
      body: 'title',
      messageId: 'wamid.zyzxyz',
      replyTo: 'wamid.xyzxyz',
      interactive: { type: 'list_reply', list_reply: buttonChosen },
      reply: buttonChosen,
    }),
    description: received(1698266905000, {
      type: 'interactive',
      body: 'title',
      messageId: 'wamid.zyzxyz',
      replyTo: 'wamid.xyzxyz',
      interactive: { type: 'list_reply', list_reply: rowChosen },
      reply: rowChosen,
    }),
  },
  deleted_message: {
    revoke: received(1697043223000, {
      contact: '<WHATSAPP_USER_PHONE_NUMBER>',
      type: 'revoke',
      body: '[message deleted]',
      messageId: '<WHATSAPP_MESSAGE_ID>',
      originalMessageId: '<ORIGINAL_WHATSAPP_MESSAGE_ID>',
      phoneNumberId: '<BUSINESS_PHONE_NUMBER_ID>',
    }),
  },
  edited_message: {
    image: received(1749854575000, {
      contact: '16505551234',
      type: 'edit',
      body: 'Updated image caption',
      messageId: 'wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQUFERjg0NDEzNDdFODU3MUMxMAA=',
      originalMessageId: 'wamid.HBgLMTQxMjU1NTA4MjkVAgASGBQzQUNCNjk5RDUwNUZGMUZEM0VBRAA=',
      editedType: 'image',
      replyTo: 'M0',
      media: {
        caption: 'Updated image caption',
        mime_type: 'image/jpeg',
        sha256: 'a1b2c3d4e5f6...',
        id: '1234567890',
        url: 'https://media.example.com/updated-image.jpg',
      },
      phoneNumberId: '106540352242922',
    }),
  },
  flow_completion: {
    completion: {
      type: 'flow.completed',
      at: 1702502473000,
      data: {
        ...flow,
        session: { ...answers, flow_token: 'AQAAAAACS5FpgQ_cAAAAAD0QI3s.' },
      },
    },
    without_flow_token: {
      type: 'flow.completed',
      at: 1702502473000,
      data: { ...flow, session: answers },
    },
  },
  message_status: {
    sent: sent(1698266945000, { messageId }),
    with_tracker: sent(1698266945000, { messageId, callbackData: 'some data' }),
    delivered: nothing,
    read: nothing,
    played: nothing,
    failed: nothing,
    group: nothing,
  },
  outgoing_message: {
    text: sent(1697043223000, {
      contact: '<WHATSAPP_USER_PHONE_NUMBER>',
      userId: '<BSUID>',
      type: 'text',
      body: 'Test message',
      messageId: '<WHATSAPP_MESSAGE_ID>',
    }),
    delete: sent(1697044968000, {
      type: 'revoke',
      body: '[message deleted]',
      messageId: 'wamid.yyyyyy',
      originalMessageId: 'wamid.zzzzzz',
    }),
    edit: sent(1697044968000, {
      type: 'edit',
      body: 'Text was edited',
      messageId: 'wamid.yyyyyy',
      originalMessageId: 'wamid.zzzzzz',
      editedType: 'text',
    }),
  },
  system: {
    phone_number_change: {
      type: null,
      at: 1753851315000,
      contact: {
        waId: '972912345678',
        userId: null,
        name: null,
        incoming: false,
        previousWaId: '972987654321',
      },
    },
    identity_change: {
      type: 'contact.updated',
      at: 1697044706000,
      data: {
        contact: '972987654321',
        name: 'User A',
        changedFields: ['identity'],
        identity: { acknowledged: true, created_timestamp: '1697044706', hash: 'xyzxyz' },
        phoneNumberId,
      },
    },
  },
};
