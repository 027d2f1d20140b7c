/**
 * What the engine allows itself. None of it is promised to anyone, so it stands here and not in the
 * contract: each can change with a measurement beside it.
 */
export const BOUNDS = Object.freeze({
  /** A node that says nothing for this long is dead, and what it held is up for others. */
  leaseSeconds: 10,
  heartbeatMs: 1_000,
  /**
   * How long a node leaves others alone after its own lease ran out and was renewed all the same: then
   * it was PostgreSQL that was away, for everybody, and the others need a heartbeat and the limit of the
   * statement before it to say that they live.
   */
  reunionMs: 5_000,
  /** How often changed webhooks are asked for. */
  settingsPollMs: 250,

  /** Requests that arrive within it share a statement: 14 → 31 a group, +5–9 % (2 ms is worse). */
  publishWindowMs: 1,
  /** Two statements at once: one waits for the disk while the other computes. */
  publishStatements: 2,
  eventsPerGroup: 1_000,
  bytesPerGroup: 8 * 1024 * 1024,
  /**
   * While more than this waits for receivers that keep up, intake leans back, for this long at most a
   * statement: accepting faster than delivering only moves work into the queue and out again.
   */
  behind: 1_500,
  leanBackMs: 100,
  /** How long filters are judged without letting others have a turn. */
  filterTurnMs: 10,
  /** Waiting to be committed, beyond which a request is told to come back. */
  intakeBytes: 96 * 1024 * 1024,

  /** Requests under way at once, all webhooks together. */
  sending: 2_000,
  /**
   * Attempts that begin without letting others have a turn: 500 at once hold everybody up for 30 ms, and
   * what an event goes through until it is sent takes several turns. Fewer than 64 cost nothing.
   */
  sendsPerTurn: 16,
  /** Requests under way to one webhook: where it starts, and how far successes take it. */
  laneStart: 8,
  laneMax: 128,
  /** Requests under way from which a receiver counts as keeping up; only a slow one is given more. */
  laneKeepsUp: 32,
  /** The more is under way to all webhooks, the less to one. */
  crowded: [
    { sending: 500, lane: 8 },
    { sending: 1_000, lane: 4 },
    { sending: 1_500, lane: 1 },
  ],
  /** Deliveries of one webhook that wait in memory; the rest waits in the queue. */
  laneWindow: 4_000,
  /**
   * Deliveries in memory, all webhooks together, and what their bodies weigh. The more of it is taken,
   * the less of one webhook may wait, so that receivers that hang leave room for those that answer:
   * it is never full, up to twice of this, and each statement takes a quarter of what is left then.
   */
  held: 20_000,
  heldBytes: 64 * 1024 * 1024,
  narrowWindows: [
    { taken: 0.5, laneWindow: 100 },
    { taken: 1, laneWindow: 10 },
    { taken: 1.5, laneWindow: 1 },
  ],

  /** Flushing outcomes sooner than this was measured to be slower. */
  recordWindowMs: 5,
  outcomesPerStatement: 1_000,

  /** Safety net under the wake-ups. */
  claimPollMs: 250,
  claimLimit: 500,
  claimPerWebhook: 10,

  sweepMs: 1_000,
  /** How old sydx_queue_depth may be: counting reads a whole index. */
  countQueueMs: 15_000,
  /** How old sydx_backlog_age_seconds may be: one probe of an index. */
  backlogAgeMs: 5_000,
  reconcileMs: 5_000,
  /** How often somebody looks which webhooks keep failing, and how long all then leave it be. */
  watchMs: 10_000,
  watchRestSeconds: 9,
  /** How often expired inboxes are cleared away; nobody reaches one before that either. */
  expireInboxesMs: 10_000,
  /**
   * How often somebody may roll hours of the log up, for how long until the next rest, how many times as
   * long that is, and how long it is once nothing is left.
   */
  rollUpMs: 500,
  rollUpTurnMs: 100,
  rollUpRest: 4,
  rollUpIdleMs: 10_000,
  /**
   * How long a node that was told to stop takes requests on, while /readyz says already that it leaves:
   * a load balancer that looks every second has turned away by then.
   */
  graceMs: 1_000,
  /** Time that what is under way gets when the node stops: the deadline of an attempt and a little. */
  drainMs: 5_400,
});
