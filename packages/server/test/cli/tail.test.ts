import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type DocumentedProduct,
  startDocumentedProduct,
  stopDocumentedProduct,
} from '../docs/product.ts';
import { freePort } from '../kit/free-port.ts';
import type { Product } from './product.ts';

const BIN = fileURLToPath(new URL('../../bin/sydx.mjs', import.meta.url));

let product: DocumentedProduct;
let env: Record<string, string>;
beforeAll(async () => {
  product = await startDocumentedProduct();
  env = { SYDX_URL: product.url, SYDX_API_KEY: product.apiKey };
});
afterAll(() => stopDocumentedProduct(product));

function start(...args: string[]): Product {
  return product.machine.run(args, env);
}

async function sydx(...args: string[]): Promise<string> {
  const run = start(...args);
  const code = await run.ended();
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${run.err()}`);
  return run.out();
}

async function trigger(type: string): Promise<string> {
  return /evt_\w+/.exec(await sydx('trigger', type))?.[0] ?? '';
}

async function deliveryOf(eventId: string): Promise<string> {
  let id: string | undefined;
  await expect
    .poll(async () => {
      const args = ['--event-id', eventId, '--status', 'success'];
      id = /dlv_\w+/.exec(await sydx('deliveries', 'list', ...args))?.[0];
      return id;
    })
    .toBeDefined();
  return id ?? '';
}

describe('sydx deliveries tail', () => {
  test('begins with --since, goes on live, and ends in order at Ctrl+C', async () => {
    const before = await deliveryOf(await trigger('contact.created'));
    const tail = start('deliveries', 'tail', '--since', '1h', '--event', 'contact.created');
    await tail.said(new RegExp(`${before}  success  `));
    await trigger('message.received');
    const after = await deliveryOf(await trigger('contact.created'));
    await tail.said(new RegExp(`${after}  success .* attempt 1: 200  in \\d+ ms\n`));
    tail.child.kill('SIGINT');
    expect(await tail.ended()).toBe(0);
    expect(tail.out()).not.toContain('message.received');
    expect(tail.out()).not.toContain('\u001B');
  });

  test('without --since shows nothing of before, and with --json one delivery a line', async () => {
    const before = await deliveryOf(await trigger('contact.updated'));
    const tail = start('deliveries', 'tail', '--json', '--status', 'success');
    // Until it has looked once there is no telling what is before: events follow until one is shown.
    await expect
      .poll(
        async () => {
          await trigger('contact.updated');
          return tail.out();
        },
        { interval: 500 },
      )
      .toContain('dlv_');
    tail.child.kill('SIGTERM');
    expect(await tail.ended()).toBe(0);
    const [line = ''] = tail.out().split('\n');
    expect(JSON.parse(line)).toMatchObject({ event: 'contact.updated', status: 'success' });
    expect(JSON.parse(line)).not.toHaveProperty('payload');
    expect(tail.out()).not.toContain(before);
  });

  test('shows the attempts of a delivery that fails, as it is retried', async () => {
    const inbox = await product.call<{ webhookId: string }>('POST', '/v1/inboxes', {
      answer: { status: 500 },
      webhook: { events: ['lead.captured'] },
    });
    const tail = start('deliveries', 'tail', '--since', '1h', '--webhook', inbox.webhookId);
    await trigger('lead.captured');
    await tail.said(/pending .* attempt 1: \S+ .*next at \d{4}-/);
    await tail.said(/pending .* attempt 2: \S+ .*next at \d{4}-/);
    tail.child.kill('SIGINT');
    expect(await tail.ended()).toBe(0);
  });

  test('ends when nobody reads what it prints', async () => {
    const tail = start('deliveries', 'tail', '--since', '1h');
    await tail.said(/dlv_/);
    tail.child.stdout?.destroy();
    await trigger('message.received');
    expect(await tail.ended()).toBe(0);
  });

  test.skipIf(spawnSync('script', ['--version']).error !== undefined)(
    'colours at a terminal, and not with NO_COLOR',
    async () => {
      await deliveryOf(await trigger('message.received'));
      for (const [more, isColoured] of [
        [{}, true],
        [{ NO_COLOR: '1' }, false],
      ] as const) {
        const line = `exec '${process.execPath}' '${BIN}' deliveries tail --since 1h`;
        const tail = product.machine.spawn('script', ['-qec', line, '/dev/null'], {
          ...env,
          FORCE_COLOR: '',
          TERM: 'xterm-256color',
          ...more,
        });
        const [success] = await tail.said(/ {2}\S*success/);
        expect(success.includes('\u001B[32m')).toBe(isColoured);
        tail.child.kill('SIGTERM');
        await tail.ended();
      }
    },
  );

  test('is refused for a --since that is no time, and where no server answers', async () => {
    expect(await start('deliveries', 'tail', '--since', 'soon').ended()).toBe(2);
    expect(await start('deliveries', 'tail', '--status', 'lost').ended()).toBe(2);
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const tail = start('deliveries', 'tail', '--url', nobody);
    expect(await tail.ended()).toBe(1);
    expect(tail.err()).toMatch(/^No server answers at /);
  });
});

test('sydx trigger says of a type that nobody knows which there are', async () => {
  const mistyped = start('trigger', 'lead.capture');
  expect(await mistyped.ended()).toBe(1);
  expect(mistyped.err()).toContain('lead.capture is no event type: write one of message.received,');
});

describe('sydx redeliver', () => {
  test('--wait shows the attempt; both names do it', async () => {
    const id = await deliveryOf(await trigger('message.received'));
    expect(await sydx('redeliver', id, '--wait')).toMatch(/^Attempt 1 .*status 200 in \d+ ms$/m);
    expect(await sydx('deliveries', 'redeliver', id)).toMatch(/^On its way: dlv_\w+\n$/);
  });

  test('--wait fails when the attempt did, and any does for a delivery that is not there', async () => {
    const inbox = await product.call<{ id: string; webhookId: string }>('POST', '/v1/inboxes', {
      webhook: { events: ['contact.created'] },
    });
    await trigger('contact.created');
    let id = '';
    await expect
      .poll(async () => {
        const args = ['--webhook', inbox.webhookId, '--status', 'success'];
        id = /dlv_\w+/.exec(await sydx('deliveries', 'list', ...args))?.[0] ?? '';
        return id;
      })
      .not.toBe('');
    await product.call('PATCH', `/v1/inboxes/${inbox.id}`, { answer: { status: 500 } });
    const failing = start('redeliver', id, '--wait');
    expect(await failing.ended()).toBe(1);
    expect(failing.err()).toMatch(/^The attempt failed\. It is retried at \d{4}-/);
    expect(failing.out()).toMatch(/^Attempt 1 .*status 500/m);
    expect(await start('redeliver', 'dlv_0000000000000').ended()).toBe(1);
  });
});

test('a command whose reader left is done, and says nothing of it', async () => {
  const list = start('deliveries', 'list', '--json');
  list.child.stdout?.destroy();
  expect(await list.ended()).toBe(0);
  expect(list.err()).toBe('');
});

test('sydx publish is still a name of sydx trigger', async () => {
  expect(await sydx('publish', 'message.received')).toMatch(/^Accepted: evt_\w+\n$/);
});
