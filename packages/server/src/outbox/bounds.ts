/** What the relay allows itself; none of it is promised to anyone. */
export const RELAY = Object.freeze({
  /** Rows and bytes of data that one transaction publishes. */
  rowsPerBatch: 1_000,
  bytesPerBatch: 4 * 1024 * 1024,
  /** What judging a batch may take, far below what its transaction may sleep; the rest is read again. */
  judgingMs: 500,
  /** How long it judges without letting others have a turn. */
  turnMs: 10,
  /** Between two reads while something comes, and what it grows to while nothing does. */
  pauseMs: 20,
  idlePauseMs: 100,
  /** A relay that says nothing for this long is taken over. */
  leaseSeconds: 5,
  renewMs: 1_000,
  /** How often others ask for the lease, and how often a database is asked whether it has an outbox. */
  askMs: 1_000,
  lookMs: 5_000,
  /** First and longest wait after something failed. */
  firstRetryMs: 100,
  lastRetryMs: 5_000,
  /** Of one batch, when its idempotency keys are taken by others at the same moment. */
  tries: 5,
  upkeepMs: 600_000,
  /** Patience with the last steps when the node stops. */
  stopMs: 1_000,
});
