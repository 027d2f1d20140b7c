import Fastify from 'fastify';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { hangUpAfter } from '../../src/api/inboxes/hang-up.ts';

function* endless() {
  for (;;) yield 'x'.repeat(64 * 1024);
}

test('who stops reading is hung up on, and who reads to the end keeps the connection', async () => {
  const app = Fastify();
  const closed: string[] = [];
  app.get('/:length', (request, reply) => {
    const { length } = request.params as { length: string };
    const body = Readable.from(length === 'endless' ? endless() : ['short'], { objectMode: false });
    body.once('close', () => closed.push(length));
    hangUpAfter(500, request.raw.socket, body);
    return reply.type('text/plain').send(body);
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const ask = async (path: string) => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    return socket;
  };
  const reading = await ask('/short');
  reading.resume();
  const stalled = await ask('/endless');
  await sleep(200);
  expect(closed).toEqual(['short']);
  while (closed.length < 2) await sleep(50);
  await sleep(500);
  expect(reading.readyState).toBe('open');
  reading.destroy();
  stalled.destroy();
  await app.close();
});
