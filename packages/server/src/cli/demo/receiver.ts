import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type SydxEvent, verify, WebhookVerificationError } from '@sydx/sdk';
import { plainText } from '../plain-text.ts';

export interface DemoReceiver {
  /** `http://127.0.0.1:PORT/PATH`: both are random, so nobody else finds it by chance. */
  readonly url: string;
  /** From now on deliveries are verified with this secret. */
  expect(secret: string): void;
  close(): Promise<void>;
}

const LARGEST_BODY_BYTES = 256 * 1024;
const SHOWN_CHARACTERS = 160;

/** A receiver as anybody would write one with the SDK. @param print takes one line of text */
export async function startDemoReceiver(print: (line: string) => void): Promise<DemoReceiver> {
  const path = `/${randomBytes(12).toString('hex')}`;
  let secret = '';
  const server = createServer((request, response) => {
    if (request.method !== 'POST' || request.url !== path) {
      response.writeHead(404).end();
      return;
    }
    receive(request, (body) => answer(request, body, response));
  });

  function answer(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    try {
      const event = verify(body, request.headers, secret);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"received":true}');
      print(describe(event, request));
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      response.writeHead(401).end();
      print(`refused: ${error.message}`);
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    expect: (next) => {
      secret = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function receive(request: IncomingMessage, onBody: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > LARGEST_BODY_BYTES) request.destroy();
    else chunks.push(chunk);
  });
  request.on('end', () => onBody(Buffer.concat(chunks)));
}

/** What a person wants to see of a delivery; its text comes from customers. */
function describe({ event, timestamp, data }: SydxEvent, { headers }: IncomingMessage): string {
  const ageMs = Date.now() - Date.parse(timestamp);
  const details = JSON.stringify(data);
  const shown =
    details.length > SHOWN_CHARACTERS ? `${details.slice(0, SHOWN_CHARACTERS)}…` : details;
  return plainText(
    `${event}  ${String(headers['webhook-id'])}  attempt ${String(headers['x-sydx-attempt'])}  ` +
      `${ageMs} ms after the event  signature verified  ${shown}`,
  );
}
