import { once } from 'node:events';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';

export interface DeafReceiver {
  close(): Promise<void>;
}

/** Listens, tells so and never runs again: the kernel alone answers, until its queue is full. */
const LISTEN = `
const { parentPort, workerData } = require('node:worker_threads');
require('node:net').createServer().listen({ ...workerData, backlog: 1 }, () => {
  parentPort.postMessage('listening');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

/** More than the kernel lets wait for a backlog of one. */
const WAITING = 6;

/** An address of this machine that swallows packets: who dials it hears nothing, not even a refusal. */
export async function startDeafReceiver(host: string, port: number): Promise<DeafReceiver> {
  const worker = new Worker(LISTEN, { eval: true, workerData: { host, port } });
  await once(worker, 'message');
  const waiting = Array.from({ length: WAITING }, () => connect({ host, port }));
  for (const socket of waiting) socket.on('error', () => socket.destroy());
  // Those that find room connect at once; with the others the queue is full.
  await once(waiting[0] as (typeof waiting)[0], 'connect');
  return {
    async close() {
      for (const socket of waiting) socket.destroy();
      await worker.terminate();
    },
  };
}
