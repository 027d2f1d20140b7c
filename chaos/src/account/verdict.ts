import { accountAttempts, type AttemptFigures } from './attempts.ts';
import { accountDeliveries, accountDisabled, type DeliveryFigures } from './deliveries.ts';
import { Disturbances } from './disturbances.ts';
import { accountEvents, type EventFigures } from './events.ts';
import type { Happened } from '../faults/history.ts';
import type { Evidence } from './evidence.ts';
import { Counts, type Findings } from './findings.ts';
import { accountSignatures } from './signatures.ts';

export interface Recovery {
  readonly kind: string;
  readonly target: string;
  readonly tookMs: number;
}

/** What came of a run. */
export interface Verdict extends Findings {
  readonly events: EventFigures;
  readonly deliveries: DeliveryFigures;
  readonly attempts: AttemptFigures;
  readonly faults: Counts;
  readonly longestRecovery: Recovery | null;
  readonly takeovers: number;
  /** Null: none was ended by SIGTERM. */
  readonly slowestStopMs: number | null;
}

/** Reconciles by id what publishers, PostgreSQL and receivers say. */
export function account(evidence: Evidence): Verdict {
  const findings: Findings = { losses: [], unexplained: [...evidence.surprises] };
  const disturbances = new Disturbances(evidence.happened);
  const faults = new Counts();
  for (const { kind } of evidence.happened) faults.add(kind);
  accountSignatures(evidence, findings);
  accountDisabled(evidence.sightings, evidence.subscribers, findings);
  return {
    ...findings,
    events: accountEvents(evidence, findings),
    deliveries: accountDeliveries(evidence, disturbances, findings),
    attempts: accountAttempts(evidence, disturbances, findings),
    faults,
    longestRecovery: longest(evidence),
    takeovers: evidence.takeovers,
    slowestStopMs: evidence.stopsMs.length === 0 ? null : Math.max(...evidence.stopsMs),
  };
}

/**
 * From mended to itself again, for what breaks nodes and PostgreSQL. A node that waits for a PostgreSQL
 * which was stopped meanwhile says nothing about its own recovery.
 */
function longest({ happened }: Evidence): Recovery | null {
  const recoveries = happened.flatMap(({ kind, on, target, endedMs, recoveredMs }) =>
    endedMs === null || recoveredMs === null ? [] : [{ kind, on, target, endedMs, recoveredMs }],
  );
  const outages = happened.filter(({ on }) => on === 'postgres');
  const own = recoveries.filter(
    (one) =>
      one.on === 'postgres' ||
      (one.on === 'node' && !outages.some((outage) => isWithin(outage, one))),
  );
  return own
    .map(({ kind, target, endedMs, recoveredMs }) => {
      return { kind, target, tookMs: recoveredMs - endedMs };
    })
    .reduce<Recovery | null>((most, one) => (most && most.tookMs >= one.tookMs ? most : one), null);
}

function isWithin(
  { fromMs, recoveredMs: toMs }: Happened,
  { endedMs, recoveredMs }: { endedMs: number; recoveredMs: number },
): boolean {
  return fromMs < recoveredMs && (toMs === null || toMs > endedMs);
}
