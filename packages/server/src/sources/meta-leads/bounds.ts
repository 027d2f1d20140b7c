/** What the fetching of leads allows itself; none of it is promised to anyone. */
export const FETCHING = Object.freeze({
  /** Leads that one node fetches at once, and those of one source: one that hangs holds up no other. */
  requestsAtOnce: 32,
  perSource: 4,
  /** Longer than a fetch can take with both of its requests. */
  leaseSeconds: 90,
  /** Between two looks while nothing is due, and after something failed. */
  idlePauseMs: 1_000,
  failurePauseMs: 2_000,
  /** A lead that could not be fetched: twice as long each time. */
  firstRetrySeconds: 10,
  lastRetrySeconds: 900,
  /** Meta tells of a lead a little before every server of its own knows it. */
  triesUntilMissing: 5,
  /** A source whose requests fail in a row rests; the first failures may be a lead's own. */
  freeFailures: 2,
  firstRestSeconds: 5,
  lastRestSeconds: 300,
  /** A source that Meta asked to slow down, without saying for how long. */
  firstSlowSeconds: 60,
  lastSlowSeconds: 1_800,
  /** However long Meta asks for. */
  longestAskedSeconds: 6 * 3_600,
  /** Meta keeps leads for 90 days; rows outlive every repeat. */
  expireDays: 90,
  keepDays: 100,
  figuresMs: 10_000,
  upkeepMs: 600_000,
  /** Patience with what is under way when the node stops. */
  stopMs: 1_000,
});
