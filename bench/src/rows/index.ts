import type { Row } from '../bench.ts';
import { filters } from './filters.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import { outbox } from './outbox.ts';
import { fifty, one } from './throughput.ts';

/** Every row in the order in which it runs: memory last, after all the load. */
export const ROWS: readonly Row[] = [one, fifty, filters, latency, outbox, memory];
