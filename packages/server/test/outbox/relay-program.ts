/** A node that relays in a process of its own, for tests that kill it. See relay-process.ts. */
import { startRelayingNode } from './relaying-node.ts';

const [url = '', outboxUrl = ''] = process.argv.slice(2);
const node = await startRelayingNode(url, outboxUrl === '' ? null : outboxUrl);
process.once('SIGTERM', () => {
  void node.stop().then(() => process.exit(0));
});
// The test is gone: so is this.
process.once('disconnect', () => process.exit(1));
process.send?.('started');
