/** What came of one request, for each event in it. */
export interface Try {
  readonly sentAtMs: number;
  readonly endedAtMs: number;
  /**
   * `refused`: certainly not stored. `doubt`: no answer, or one that says that the database failed,
   * so it may be stored or not.
   */
  readonly result: 'accepted' | 'refused' | 'doubt';
  /** `evt_…` when accepted. */
  readonly eventId: string | null;
}

/** One event as its publisher knows it. */
export interface Published {
  readonly number: number;
  readonly type: string;
  readonly key: string | null;
  readonly tries: Try[];
}

/** Everything that publishers did, in memory: nothing of the runner is ever killed. */
export class Ledger {
  readonly events: Published[] = [];
  /** Answers that no fault explains: neither 202 nor 503. */
  readonly surprises: string[] = [];

  add(type: string, isKeyed: boolean): Published {
    const number = this.events.length + 1;
    const event = { number, type, key: isKeyed ? `event-${number}` : null, tries: [] };
    this.events.push(event);
    return event;
  }
}

/** What became of an event in the eyes of its publisher. */
export function standing({ tries }: Published): Try['result'] {
  if (tries.some(({ result }) => result === 'accepted')) return 'accepted';
  return tries.some(({ result }) => result === 'doubt') ? 'doubt' : 'refused';
}
