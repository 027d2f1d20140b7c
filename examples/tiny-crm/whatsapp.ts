import { randomUUID } from 'node:crypto';

/** Stands for the provider. Put its call here. @throws Error when it can't be delivered */
export async function sendByWhatsApp(to: string, _text: string): Promise<{ messageId: string }> {
  if (to.length < 10) throw new Error(`${to} is no number of WhatsApp.`);
  return Promise.resolve({ messageId: `wamid.${randomUUID()}` });
}
