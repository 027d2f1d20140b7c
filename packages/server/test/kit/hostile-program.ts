/** Hostile receivers in a process of their own. See hostile-process.ts. */
import { HOSTILITIES } from './hostile-receivers.ts';
import { startRawReceiver } from './receivers.ts';

const receiver = await startRawReceiver((socket, bytes) => {
  const number = /^POST \/(\d+) /.exec(bytes.toString('latin1'))?.[1];
  // Another path hangs.
  if (number === undefined) return;
  HOSTILITIES[Number(number) % HOSTILITIES.length]?.act(socket, bytes);
});
process.on('message', () => process.send?.({ open: receiver.openConnectionCount() }));
process.once('disconnect', () => process.exit(0));
process.send?.({ port: receiver.port });
