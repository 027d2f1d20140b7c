import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const UPKEEP_SECONDS = [0.01, 0.1, 1, 10, 60, 600];
const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000];

/**
 * Everything that /metrics shows, in one registry of its own, so that a test and a second node in
 * one process don't share figures. No label holds a tenant, a URL or anything else without bounds.
 *
 * `aggregator` is how worker processes of one start are put together (see workers/): sums, where it
 * says nothing; what all of them read from one database is not counted once for each.
 */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,

    eventsAccepted: new Counter({
      name: 'sydx_events_accepted_total',
      help: 'Events committed to disk',
      labelNames: ['type'],
      registers,
    }),
    publishBatchEvents: new Histogram({
      name: 'sydx_publish_batch_events',
      help: 'Events that one publish statement committed together',
      buckets: SIZES,
      registers,
    }),
    publishBatchSeconds: new Histogram({
      name: 'sydx_publish_batch_seconds',
      help: 'Duration of one publish statement with its commit',
      buckets: SECONDS,
      registers,
    }),

    deliveriesFinished: new Counter({
      name: 'sydx_deliveries_finished_total',
      help: 'Deliveries that ended in the hands of this node: success, failed or cancelled',
      labelNames: ['status'],
      registers,
    }),
    attempts: new Counter({
      name: 'sydx_attempts_total',
      help: 'Attempts by result: success, or a code of the attempt errors',
      labelNames: ['result'],
      registers,
    }),
    attemptSeconds: new Histogram({
      name: 'sydx_attempt_seconds',
      help: 'Duration of one attempt',
      buckets: SECONDS,
      registers,
    }),
    retriesScheduled: new Counter({
      name: 'sydx_retries_scheduled_total',
      help: 'Failed attempts that will be retried',
      registers,
    }),
    recordBatchOutcomes: new Histogram({
      name: 'sydx_record_batch_outcomes',
      help: 'Outcomes that one record statement wrote together',
      buckets: SIZES,
      registers,
    }),
    recordBatchSeconds: new Histogram({
      name: 'sydx_record_batch_seconds',
      help: 'Duration of one record statement with its commit',
      buckets: SECONDS,
      registers,
    }),

    queueDepth: new Gauge({
      name: 'sydx_queue_depth',
      help: 'Deliveries waiting in the database, as of the last count',
      aggregator: 'max',
      registers,
    }),
    backlogDeliveries: new Gauge({
      name: 'sydx_backlog_deliveries',
      help: 'Those of them that are due, as of the last count',
      aggregator: 'max',
      registers,
    }),
    backlogAgeSeconds: new Gauge({
      name: 'sydx_backlog_age_seconds',
      help: 'For how long the one that is due longest has been due; 0 when none is',
      aggregator: 'max',
      registers,
    }),
    claimBatchSeconds: new Histogram({
      name: 'sydx_claim_batch_seconds',
      help: 'Duration of one look into the queue',
      buckets: SECONDS,
      registers,
    }),
    leaseTakeovers: new Counter({
      name: 'sydx_lease_takeovers_total',
      help: 'Dead nodes whose deliveries this node took over',
      registers,
    }),
    takenOverDeliveries: new Counter({
      name: 'sydx_taken_over_deliveries_total',
      help: 'Deliveries that this node took over from dead nodes',
      registers,
    }),
    leasesLost: new Counter({
      name: 'sydx_leases_lost_total',
      help: 'Times that this node was declared dead and began anew',
      registers,
    }),

    failingWebhooks: new Gauge({
      name: 'sydx_failing_webhooks',
      help: 'Webhooks that keep failing, of all tenants',
      aggregator: 'max',
      registers,
    }),
    partitions: new Gauge({
      name: 'sydx_partitions',
      help: 'Partitions of events, deliveries and attempts, three a day, as of the last upkeep',
      aggregator: 'max',
      registers,
    }),
    partitionsAheadDays: new Gauge({
      name: 'sydx_partitions_ahead_days',
      help: 'Days after today that have partitions, without a gap; -1 when even today has not all',
      aggregator: 'min',
      registers,
    }),
    partitionsOldestDays: new Gauge({
      name: 'sydx_partitions_oldest_days',
      help: 'Age of the oldest day that has a partition',
      aggregator: 'max',
      registers,
    }),
    partitionsOverdueDays: new Gauge({
      name: 'sydx_partitions_overdue_days',
      help: 'Days past retention that still have a partition',
      aggregator: 'max',
      registers,
    }),
    rollUpOpenHours: new Gauge({
      name: 'sydx_roll_up_open_hours',
      help: 'Hours that are over and not rolled up for every tenant, as of the last look',
      aggregator: 'max',
      registers,
    }),
    rollUpLagSeconds: new Gauge({
      name: 'sydx_roll_up_lag_seconds',
      help: 'For how long the oldest of them has been over; 0 when there is none',
      aggregator: 'max',
      registers,
    }),
    upkeepSeconds: new Histogram({
      name: 'sydx_upkeep_seconds',
      help: 'Duration of upkeep of this node, by task',
      labelNames: ['task'],
      buckets: UPKEEP_SECONDS,
      registers,
    }),
    upkeepFailures: new Counter({
      name: 'sydx_upkeep_failures_total',
      help: 'Upkeep of this node that failed and is tried again, by task',
      labelNames: ['task'],
      registers,
    }),
    upkeepSuccess: new Gauge({
      name: 'sydx_upkeep_last_success_timestamp_seconds',
      help: 'When upkeep of this node last succeeded, by task; its start until then',
      labelNames: ['task'],
      aggregator: 'max',
      registers,
    }),

    outboxRelayed: new Counter({
      name: 'sydx_outbox_relayed_total',
      help: 'Events that producers published in their own transactions and that were accepted here',
      labelNames: ['place'],
      registers,
    }),
    outboxRejected: new Counter({
      name: 'sydx_outbox_rejected_total',
      help: 'Events of an outbox that were rejected, by problem code',
      labelNames: ['code'],
      registers,
    }),
    outboxLag: new Gauge({
      name: 'sydx_outbox_lag_seconds',
      help: 'Age of the oldest event that waited in an outbox when this node last read it',
      labelNames: ['place'],
      aggregator: 'max',
      registers,
    }),
    outboxUp: new Gauge({
      name: 'sydx_outbox_up',
      help: 'Whether the outbox that this node relays could be read and published: 1 or 0',
      labelNames: ['place'],
      aggregator: 'max',
      registers,
    }),

    formSubmissions: new Counter({
      name: 'sydx_form_submissions_total',
      help: 'What was posted to form sources, by what became of it',
      labelNames: ['result'],
      registers,
    }),

    inboxRequests: new Counter({
      name: 'sydx_inbox_requests_total',
      help: 'What arrived in inboxes, by what became of it',
      labelNames: ['result'],
      registers,
    }),

    leadFetches: new Counter({
      name: 'sydx_lead_fetches_total',
      help: "Requests for leads to Meta's Graph API by result: success, or a code of a lead's errors",
      labelNames: ['result'],
      registers,
    }),
    leadsWaiting: new Gauge({
      name: 'sydx_leads_waiting',
      help: 'Leads that Meta announced and that are not fetched yet, of all tenants',
      aggregator: 'max',
      registers,
    }),
    leadsWaitingAgeSeconds: new Gauge({
      name: 'sydx_leads_waiting_age_seconds',
      help: 'For how long the oldest of them has been waiting; 0 when none is',
      aggregator: 'max',
      registers,
    }),
    leadSourcesPaused: new Gauge({
      name: 'sydx_lead_sources_paused',
      help: 'Sources whose token Meta refuses, of all tenants',
      aggregator: 'max',
      registers,
    }),

    requestSeconds: new Histogram({
      name: 'sydx_http_request_seconds',
      help: 'Duration of API requests by route and status class',
      labelNames: ['method', 'route', 'status'],
      buckets: SECONDS,
      registers,
    }),
  };
}

/** A pool of connections, as far as its figures go. */
interface Pool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options: { readonly max: number };
}

/** Shows the pools as they are whenever somebody looks. */
export function watchPools(
  { registry }: Pick<Metrics, 'registry'>,
  pools: Readonly<Record<string, Pool>>,
): void {
  const registers = [registry];
  const connections: Gauge<'pool' | 'state'> = new Gauge({
    name: 'sydx_database_connections',
    help: 'Connections to PostgreSQL by pool and state: total, idle or waiting for one',
    labelNames: ['pool', 'state'],
    registers,
    collect: () => {
      for (const [pool, { totalCount, idleCount, waitingCount }] of Object.entries(pools)) {
        connections.set({ pool, state: 'total' }, totalCount);
        connections.set({ pool, state: 'idle' }, idleCount);
        connections.set({ pool, state: 'waiting' }, waitingCount);
      }
    },
  });
  const limit = new Gauge({
    name: 'sydx_database_connections_limit',
    help: 'Connections to PostgreSQL that a pool opens at most',
    labelNames: ['pool'],
    registers,
  });
  for (const [pool, { options }] of Object.entries(pools)) limit.set({ pool }, options.max);
}

/** What the engine holds at a moment. */
export interface EngineFigures {
  /** Attempts under way. */
  sending: () => number;
  /** Deliveries in memory, waiting ones included. */
  held: () => number;
  /** Outcomes that are not on disk yet. */
  unrecorded: () => number;
  /** Requests whose events are not on disk yet. */
  intake: () => number;
  /** Deliveries in memory that wait for receivers which keep up. */
  behind: () => number;
  /** Whether an attempt may start: the lease and the settings are fresh. */
  isReady: () => boolean;
}

/** Shows the engine's figures as they are whenever somebody looks. */
export function watchEngine({ registry }: Pick<Metrics, 'registry'>, figures: EngineFigures): void {
  const show = (
    name: string,
    help: string,
    read: () => number,
    aggregator: 'sum' | 'min' = 'sum',
  ): void => {
    const collect = (): void => gauge.set(read());
    const registers = [registry];
    const gauge: Gauge = new Gauge({ name, help, registers, collect, aggregator });
  };
  show('sydx_in_flight', 'Attempts under way on this node', figures.sending);
  show('sydx_held_deliveries', 'Deliveries in the memory of this node', figures.held);
  show(
    'sydx_behind_deliveries',
    'Deliveries in the memory of this node that wait for receivers which keep up',
    figures.behind,
  );
  const ready = (): number => (figures.isReady() ? 1 : 0);
  show('sydx_ready', '1 while this node may start attempts, else 0', ready, 'min');
  show('sydx_unrecorded_outcomes', 'Outcomes that are not on disk yet', figures.unrecorded);
  show('sydx_intake_requests', 'Publish requests that are not answered yet', figures.intake);
}
