/** A node that fetches leads in a process of its own, for tests that kill it. See crash.test.ts. */
import { startTestEngine } from '../../kit/engine.ts';
import { startFetcher } from './setup.ts';

const [url = '', graphUrl = ''] = process.argv.slice(2);
const node = await startTestEngine(url);
const fetcher = startFetcher(node, graphUrl);
process.once('SIGTERM', () => {
  void fetcher
    .stop()
    .then(() => node.stop())
    .then(() => process.exit(0));
});
// The test is gone: so is this.
process.once('disconnect', () => process.exit(1));
process.send?.('started');
