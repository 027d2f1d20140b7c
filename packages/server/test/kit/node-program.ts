/** A node in a process of its own, for tests that kill, freeze and stop it. See node-process.ts. */
import { setTimeout as sleep } from 'node:timers/promises';
import { makeEvent, startTestEngine } from './engine.ts';
import type { NodeOptions, Order, Report } from './node-process.ts';

const options = JSON.parse(process.argv[2] ?? '') as NodeOptions;
const node = await startTestEngine(options.url, options);
const leaving = new AbortController();

function report(message: Report): void {
  if (process.connected) process.send?.(message);
}

/** One producer: an event after the other, each told to the test when it is accepted and not before. */
async function load(tenantNo: number, tenantId: string, client: number): Promise<void> {
  for (let n = 0; !leaving.signal.aborted; n += 1) {
    try {
      const event = makeEvent(tenantNo, tenantId, `${process.pid}-${client}-${n}`);
      report({ kind: 'accepted', eventIds: await node.engine.publish([event]) });
    } catch (error) {
      report({ kind: 'refused', error: String(error) });
      await sleep(50);
    }
  }
}

function obey(order: Order): void {
  if (order.kind === 'load') {
    const { tenantNo, tenantId, clients } = order;
    for (let client = 0; client < clients; client += 1) void load(tenantNo, tenantId, client);
    return;
  }
  const done =
    order.kind === 'publish'
      ? node.engine.publish(order.events)
      : node.engine.test(order.webhook).then((deliveryId) => [deliveryId]);
  done.then(
    (eventIds) => report({ kind: 'accepted', eventIds }),
    (error: unknown) => report({ kind: 'refused', error: String(error) }),
  );
}

process.on('message', (order: Order) => obey(order));
process.once('SIGTERM', () => {
  leaving.abort();
  void node.stop().then(() => process.exit(0));
});
// The test is gone: so is this.
process.once('disconnect', () => process.exit(1));
report({ kind: 'started' });
