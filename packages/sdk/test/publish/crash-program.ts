/** Adds events to a buffer until it is killed, and says after each what it may lose now. */
import { createPublisher } from '../../src/index.ts';
import { message } from './stage.ts';

const publisher = createPublisher({
  baseUrl: process.env['SYDX_URL'],
  apiKey: process.env['SYDX_API_KEY'],
});
const buffer = publisher.buffer({ whenFull: 'wait', maxEvents: 40, onLost: () => {} });
for (let n = 0; ; n += 1) {
  await buffer.add(message(`n${n}`));
  process.send?.({ added: n + 1, size: buffer.size });
}
