import { formatId } from '../base/ids.ts';
import type { Group } from './node.ts';

/** A delivery in this node's hands. */
export interface Job {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly webhookId: string;
  readonly tenantNo: number;
  readonly type: string;
  readonly body: string;
  /** Number of the attempt that is next. */
  readonly attempt: number;
  readonly lost: number;
  readonly group: Group;
  /** Hears when the outcome is on disk; only a Test asks. */
  readonly onRecorded?: ((error: Error | null) => void) | undefined;
}

const BEFORE_TYPE = '{"event":"'.length;
const BEFORE_TIMESTAMP = '","timestamp":"'.length;

/** The event's time as it stands in the body, whose key order is fixed: no parse on the hot path. */
export function timestampOf(job: Job): string {
  const start = BEFORE_TYPE + job.type.length + BEFORE_TIMESTAMP;
  return job.body.slice(start, job.body.indexOf('"', start));
}

export function publicDeliveryId(job: Job): string {
  return formatId('dlv', job.deliveryId);
}

export function publicEventId(job: Job): string {
  return formatId('evt', job.eventId);
}
