import { markdownTable } from '@sydx/bench/src/table.ts';
import type { Counts } from './account/findings.ts';
import type { Verdict } from './account/verdict.ts';

/** How many findings of a kind are shown; `--json` has them all. */
const SHOWN = 20;

/** Everything that a run came to, in one table. */
export function verdictTable(verdict: Verdict): string {
  const { events, deliveries, attempts, faults, longestRecovery, takeovers, slowestStopMs } =
    verdict;
  const notReceived = deliveries.notReceived;
  const rows = [
    ['events accepted', count(events.accepted)],
    ['– refused, so not stored', count(events.refused)],
    [
      '– in doubt, no answer',
      `${count(events.doubt)}, of them stored ${count(events.doubtStored)}`,
    ],
    ['– stored twice, sent twice without a key', count(events.publishedTwice)],
    ['deliveries', count(deliveries.byStatus.sum)],
    ...indented(deliveries.byStatus),
    ['– of them redelivered on request', count(deliveries.redeliveries)],
    ['received: an event by a webhook', count(deliveries.received)],
    ['not received, explained', count(notReceived.sum)],
    ...indented(notReceived),
    ['LOST', count(verdict.losses.length)],
    ['duplicates', `${count(attempts.duplicates.sum)} (${duplicateRate(verdict)})`],
    ...indented(attempts.duplicates),
    ['requests seen by receivers', count(attempts.seen)],
    ['– repeated, their outcome was unknown', count(attempts.repeated)],
    ['attempts in the log', count(attempts.byNumber.sum)],
    ...attempts.byNumber
      .entries()
      .toSorted(([a], [b]) => Number(a) - Number(b))
      .map(([number, many]) => [`– number ${number}`, count(many)]),
    ['faults and changes', count(faults.sum)],
    ...indented(faults),
    ['takeovers', count(takeovers)],
    [
      'longest recovery',
      longestRecovery === null
        ? 'none'
        : `${(longestRecovery.tookMs / 1_000).toFixed(1)} s, ${longestRecovery.kind}`,
    ],
    [
      'slowest end on SIGTERM',
      slowestStopMs === null ? 'none' : `${(slowestStopMs / 1_000).toFixed(1)} s`,
    ],
    ['UNEXPLAINED', count(verdict.unexplained.length)],
  ];
  return markdownTable(['chaos', ''], rows);
}

/** How many of what receivers took they had taken before. */
export function duplicateRate({ attempts, deliveries }: Verdict): string {
  const rate = attempts.duplicates.sum / Math.max(1, deliveries.received);
  return `${(rate * 100).toFixed(2)} %`;
}

/** What must not be, a sentence each; empty when all is well. */
export function findingLines({ losses, unexplained }: Verdict): string[] {
  return [...shown('LOST', losses), ...shown('UNEXPLAINED', unexplained)];
}

function shown(title: string, sentences: readonly string[]): string[] {
  const lines = sentences.slice(0, SHOWN).map((sentence) => `${title}: ${sentence}`);
  const more = sentences.length - lines.length;
  return more > 0 ? [...lines, `… and ${more} more`] : lines;
}

function indented(counts: Counts): string[][] {
  return counts.entries().map(([name, many]) => [`– ${name}`, count(many)]);
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
