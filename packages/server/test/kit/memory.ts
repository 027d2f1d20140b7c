import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes that are really in use: the heap after a full collection, and buffers outside of it. */
function bytesInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The least that is in use within two seconds: sockets give their buffers back a little late. */
export async function settledBytes(): Promise<number> {
  let least = bytesInUse();
  for (let tries = 0; tries < 6; tries += 1) {
    await sleep(300);
    least = Math.min(least, bytesInUse());
  }
  return least;
}
