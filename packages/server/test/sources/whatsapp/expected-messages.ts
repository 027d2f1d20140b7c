import { messageId, received, type Row } from './expected-row.ts';

const notSupported = [
  {
    code: 131051,
    title: 'Message type unknown',
    message: 'Message type unknown',
    error_data: { details: 'Message type is currently not supported.' },
  },
];

const image = { mime_type: 'image/jpeg', sha256: '4654+8g=', id: '65463453' };

const cards = [
  {
    name: { first_name: 'Chandler', last_name: 'Bing', formatted_name: 'Chandler Bing' },
    phones: [{ phone: '+1 555-555-5555', wa_id: '972987654321', type: 'CELL' }],
  },
  {
    name: { first_name: 'Monica', formatted_name: 'Monica' },
    phones: [{ phone: '+1 666-666-6666', wa_id: '972987654321', type: 'HOME' }],
  },
  {
    name: { first_name: 'Rachel', last_name: 'Green', formatted_name: 'Rachel Green' },
    phones: [{ phone: '+1 777-777-7777', wa_id: '972987654321', type: 'WORK' }],
  },
];

const products = [
  { product_retailer_id: 'HAMBURGER', quantity: 3, item_price: 30, currency: 'ILS' },
  { product_retailer_id: 'FRENCH_FRIES', quantity: 2, item_price: 35, currency: 'ILS' },
  { product_retailer_id: 'SODA', quantity: 2, item_price: 10, currency: 'ILS' },
];

const hackerWay = {
  latitude: 37.4611978,
  longitude: -122.2164385,
  name: 'Facebook HQ',
  address: '1 Hacker Way, Menlo Park, CA 94025',
  url: 'https://maps.google.com/?cid=2000000000000000000',
};

/** The rows of message.json. */
export const messages: Readonly<Record<string, Row>> = {
  text: received(1697043223000, { type: 'text', body: 'Body Text', messageId }),
  image: received(1697043379000, { type: 'image', body: '[image]', messageId, media: image }),
  media_with_url: received(1697043379000, {
    type: 'image',
    body: '[image]',
    messageId,
    media: {
      ...image,
      url: 'https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=65463453&source=webhook&ext=487r9re&hash=heiwchueowbcew-dnedcw',
    },
  }),
  video: received(1697044362000, {
    type: 'video',
    body: 'caption',
    messageId,
    forwarded: true,
    media: {
      caption: 'caption',
      mime_type: 'video/mp4',
      sha256: 'Jh+2ij6PzUv/J2y+grrtegr/ZMzRxkEPwc24Oyib4s03w9Jc=',
      id: '765756756',
    },
  }),
  document: received(1697043666000, {
    type: 'document',
    body: 'caption',
    messageId,
    forwarded: true,
    media: {
      caption: 'caption',
      filename: 'filename.pdf',
      mime_type: 'application/pdf',
      sha256: 'grwfwe/ZPx0wAbdfbdeFUNItPZ0RylL8gGUvdt3YFqc18SY=',
      id: '1234567890987654321',
    },
  }),
  audio: received(1697043509000, {
    type: 'audio',
    body: '[audio]',
    messageId,
    forwarded: true,
    media: {
      mime_type: 'audio/ogg; codecs=opus',
      sha256: 'E3dxS/PdYZE7ppA3pQ4mpCFaXBJ8pX4SRN/dsfvds/iPGA=',
      id: '1234567890987654321',
      voice: false,
    },
  }),
  voice: received(1697043473000, {
    type: 'audio',
    body: '[voice message]',
    messageId,
    media: {
      mime_type: 'audio/ogg; codecs=opus',
      sha256: 'm04pFf2ERdaopTyFkGPA0+bX3i+YY2dYgVFwOgDLSDI=',
      id: '1234567890987654321',
      voice: true,
    },
  }),
  static_sticker: received(1697043760000, {
    type: 'sticker',
    body: '[sticker]',
    messageId,
    media: {
      mime_type: 'image/webp',
      sha256: 'OmT4nhjUhCMIPNmj7eeOZeCYjTXkLxoOv85OMCFwSuc=',
      id: '1234567890987654321',
      animated: false,
    },
  }),
  animated_sticker: received(1697043785000, {
    type: 'sticker',
    body: '[sticker]',
    messageId,
    media: {
      mime_type: 'image/webp',
      sha256: 'HcwyCKrTKXHk0a00ms4HWIA76GY0Du6q4Z/iuwevw=',
      id: '1234567890987654321',
      animated: true,
    },
  }),
  reaction: received(1697044456000, {
    type: 'reaction',
    body: '😮',
    messageId,
    reaction: { message_id: 'wamid.yzxyzx=', emoji: '😮' },
  }),
  unreaction_empty: received(1697044456000, {
    type: 'reaction',
    body: '[reaction removed]',
    messageId,
    reaction: { message_id: 'wamid.yzxyzx=', emoji: '' },
  }),
  unreaction_no_emoji: received(1697044456000, {
    type: 'reaction',
    body: '[reaction removed]',
    messageId,
    reaction: { message_id: 'wamid.yzxyzx=' },
  }),
  current_location: received(1697044557000, {
    type: 'location',
    body: '(12.25089, 43.90539)',
    messageId,
    forwarded: true,
    location: { latitude: 12.25089, longitude: 43.90539 },
  }),
  chosen_location: received(1697044557000, {
    type: 'location',
    body: 'Facebook HQ, 1 Hacker Way, Menlo Park, CA 94025 (37.4611978, -122.2164385)',
    messageId,
    forwarded: true,
    location: hackerWay,
  }),
  contacts: received(1697044621000, {
    type: 'contacts',
    body: 'Chandler Bing: +1 555-555-5555; Monica: +1 666-666-6666; Rachel Green: +1 777-777-7777',
    messageId,
    contacts: cards,
  }),
  order: received(1697044668000, {
    type: 'order',
    body: '3 × HAMBURGER at 30 ILS, 2 × FRENCH_FRIES at 35 ILS, 2 × SODA at 10 ILS',
    messageId,
    order: { catalog_id: '354160437058781', text: '', product_items: products },
  }),
  unsupported: received(1697044706000, {
    type: 'unsupported',
    body: '[unsupported]',
    messageId,
    errors: notSupported,
  }),
  unsupported_with_type: received(1697044706000, {
    type: 'unsupported',
    body: '[unsupported: pool]',
    messageId,
    unsupported: { type: 'pool' },
    errors: notSupported,
  }),
  reply: received(1697044746000, {
    type: 'text',
    body: 'replied text',
    messageId,
    replyTo: 'wamid.xyzxyz==',
  }),
  forwarded: received(1697044815000, {
    type: 'text',
    body: 'forwarded text',
    messageId,
    forwarded: true,
  }),
  forwarded_many_times: received(1697044968000, {
    type: 'text',
    body: 'text forwarded many times',
    messageId,
    frequentlyForwarded: true,
  }),
  interactive_message_with_err: received(1700505494000, {
    type: 'interactive',
    body: '[interactive]',
    messageId: 'wamid.wegrchytvwcggt=',
    replyTo: 'wamid.gvwegfretge==',
    errors: [
      {
        code: 131000,
        title: 'Something went wrong',
        message: 'Something went wrong',
        error_data: { details: 'Unsupported webhook payload' },
      },
    ],
  }),
  referral: received(1697045000000, {
    type: 'text',
    body: 'BODY',
    messageId: 'wamid.ID',
    referral: {
      source_url: 'AD_OR_POST_FB_URL',
      source_id: 'ADID',
      source_type: 'ad or post',
      headline: 'AD_TITLE',
      body: 'AD_DESCRIPTION',
      media_type: 'image or video',
      image_url: 'RAW_IMAGE_URL',
      video_url: 'RAW_VIDEO_URL',
      thumbnail_url: 'RAW_THUMBNAIL_URL',
      ctwa_clid: 'CTWA_CLID',
    },
  }),
};
