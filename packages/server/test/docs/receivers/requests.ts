import { once } from 'node:events';
import { connect } from 'node:net';
import { deliveryHeaders } from '../../../src/signing/headers.ts';
import { prepareSigner, type Signer } from '../../../src/signing/signature.ts';

export const BODY = JSON.stringify({
  event: 'message.received',
  timestamp: '2026-03-25T08:22:50.254Z',
  tenantId: 'your-tenant-id',
  data: { contact: '919876543210', name: 'Žofie 🌍', body: 'Hello', type: 'text' },
});

/** What a delivery of BODY carries, made by the product's own code. */
export function headersOf(signer: Signer, ageSeconds = 0): Record<string, string> {
  return deliveryHeaders({
    signer,
    eventType: 'message.received',
    timestamp: '2026-03-25T08:22:50.254Z',
    deliveryId: 'dlv_02qbt8v3jm0c1',
    eventId: 'evt_02qbt8v3jm0c1',
    attempt: 1,
    unixSeconds: Math.floor(Date.now() / 1000) - ageSeconds,
    body: BODY,
  });
}

export function signed(secret: string, ageSeconds = 0): Record<string, string> {
  return headersOf(prepareSigner(secret), ageSeconds);
}

/** @returns the status, or null when the receiver broke the connection off */
export async function post(
  url: string,
  body: string | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<number | null> {
  try {
    const response = await fetch(url, { method: 'POST', body: body ?? null, headers });
    await response.arrayBuffer();
    return response.status;
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** A request that announces more than it sends, and then goes away. */
export async function breakOff(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = Buffer.byteLength(BODY);
  const head = `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: ${length}\r\n`;
  await new Promise((sent) => socket.write(`${head}${lines.join('')}\r\n{"event":`, sent));
  socket.destroy();
}
