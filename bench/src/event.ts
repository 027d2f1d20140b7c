/**
 * The event that every row sends: a WhatsApp message whose delivered body is about 700 bytes, the
 * same for the ceiling as for the product.
 */
export const EVENT_TYPE = 'message.received';
export const TENANT = 'bench';

const TEXT =
  'Hello! I ordered two blue chairs last Tuesday and the tracking page still says that the parcel ' +
  'waits in the warehouse. Could you please tell me when they will be here? I am at home on Thursday ' +
  'and on Friday after three, and my neighbour can take the parcel as well if nobody opens. Thank you!';

export function messageIdOf(number: number): string {
  return `wamid.HBgNNDkxNzAxMjM0NTY3FQIAEhggRjA4QjE2RkI2RDZC${String(number).padStart(10, '0')}`;
}

export function dataOf(number: number): object {
  return {
    contact: '491701234567',
    name: 'Maria Fernanda Gutiérrez',
    body: TEXT,
    type: 'text',
    messageId: messageIdOf(number),
    conversation: { id: 'c7f1f0a52d3e4b6f', origin: 'user_initiated', unread: number % 10 },
    labels: ['order', 'delivery', 'waiting'],
  };
}

/** What a producer posts: one event, or several in one request. */
export function publishRequest(firstNumber: number, count: number): string {
  if (count === 1) return JSON.stringify({ type: EVENT_TYPE, data: dataOf(firstNumber) });
  const events = Array.from({ length: count }, (_, index) => ({
    type: EVENT_TYPE,
    data: dataOf(firstNumber + index),
  }));
  return JSON.stringify({ events });
}

/** What a receiver gets, as the ceiling builds it. */
export function deliveredBody(number: number): string {
  return JSON.stringify({
    event: EVENT_TYPE,
    timestamp: new Date().toISOString(),
    tenantId: TENANT,
    data: dataOf(number),
  });
}
