import type { Row } from '../bench.ts';
import { backlog, waitingTenant } from './backlog.ts';
import { bigLog } from './big-log.ts';
import { fanOut10, fanOut100 } from './fan-out.ts';
import { filters } from './filters.ts';
import { latency, latency1000 } from './latency.ts';
import { hanging } from './hanging.ts';
import { heldTransaction } from './held-transaction.ts';
import { memory } from './memory.ts';
import { outbox } from './outbox.ts';
import { retention } from './retention.ts';
import { fifty, one } from './throughput.ts';
import { tls } from './tls.ts';
import { twoNodes } from './two-nodes.ts';

/** Every row in the order in which it runs: memory after all the load on the common product. */
export const ROWS: readonly Row[] = [
  one,
  fifty,
  fanOut10,
  fanOut100,
  filters,
  latency,
  latency1000,
  outbox,
  memory,
  twoNodes,
  tls,
  hanging,
  waitingTenant,
  backlog,
  bigLog,
  retention,
  heldTransaction,
];
