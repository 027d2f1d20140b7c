import { disturbanceSentence, resultTable } from './table.ts';
import type { Result } from './result.ts';

/** bench/RESULTS.md: the last figures beside the machine they come from. */
export function resultsPage(result: Result): string {
  const { machine } = result;
  return `# Results

Measured ${result.measuredAt.slice(0, 10)} by \`npm run bench -- --write\`, which replaces this page.

${resultTable(result)}

Machine: ${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB memory, ${machine.kernel}.
Versions: Node ${machine.node}, PostgreSQL ${machine.postgres} (the private one of \`npm start\`).
${disturbanceSentence(result)}

## How it is measured

- Load, product, its PostgreSQL and the receiver are processes of their own on this one machine and
  share its cores. The product is started as \`npm start\` does, on an empty directory.
- fsync, synchronous_commit and full_page_writes are on; the bench reads them from the running server
  and refuses to measure otherwise.
- Each row is ${result.seconds} s of load after ${result.warmUpSeconds} s that do not count. The event is a WhatsApp message whose
  delivered body is about 700 bytes; one webhook subscribes to it unless the row names more.
- A rate is deliveries divided by the time from just before the first request until the last delivery
  is in the log. Accepted, received and logged must be equal, each delivery after one attempt, or the
  run fails.
- The ceiling builds a body of the same size, signs it once and sends it by undici's \`Pool.request\`
  over 100 connections to the same receiver. It is measured before and after, and ratios are to the
  mean, because such machines drift by ±20 %. A row is measured again while other programs use more
  than 3 % of the machine, three times at most; the least disturbed stands.
- Latency is taken in an open loop: events leave evenly spaced by the clock, whatever became of
  earlier ones, and each is followed by its id from before its publish request to the receiver.
- Processor time comes from /proc: the product's process with all its threads; for PostgreSQL its
  parent process, all living children and the ended ones, which the parent has inherited.
- WAL and table bytes are the growth of pg_current_wal_insert_lsn() and of pg_total_relation_size
  over all tables of the product, indexes included.
`;
}
