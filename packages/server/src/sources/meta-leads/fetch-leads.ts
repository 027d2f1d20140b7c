import { setTimeout as sleep } from 'node:timers/promises';
import { PRO_PLAN } from '@sydx/contract';
import type { Clock } from '../../base/clock.ts';
import { formatId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { Metrics } from '../../base/metrics.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Keyring } from '../../signing/sealing.ts';
import { SealingError } from '../../signing/sealing-error.ts';
import { openSourceSecrets } from '../../signing/source-secrets.ts';
import { type Database, isDatabaseAway } from '../../store/database.ts';
import { countFetching, fetchingRecovered } from '../../store/meta-lead-fetching.ts';
import {
  ageMetaLeads,
  type ClaimedLead,
  claimMetaLeads,
  handBackMetaLeads,
} from '../../store/meta-leads.ts';
import { FETCHING } from './bounds.ts';
import type { Graph, GraphAccess } from './graph.ts';
import { publishLead } from './publish-lead.ts';
import { putOff, settleTrouble } from './settle.ts';

export interface FetcherParts {
  readonly database: Pick<Database, 'general'>;
  readonly engine: Pick<Engine, 'publishWith'>;
  readonly keyring: Pick<Keyring, 'open'>;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly graph: Graph;
}

/**
 * Fetches the leads that Meta announced, on every node that delivers:
 *
 *   claim what is due, under a lease → ask the Graph API → publish and close in one transaction
 *
 * A node that dies lets its leases run out, and one that wakes late changes nothing, since outcomes are
 * written under the claim. Everything that may be better later is tried again, by PostgreSQL's clock.
 */
export class LeadFetcher {
  readonly #parts: FetcherParts;
  readonly #stopping = new AbortController();
  /** What is under way, by its claim. */
  readonly #underWay = new Map<string, { sourceId: string; ended: Promise<void> }>();
  #running: Promise<void> = Promise.resolve();
  #upkeepAtMs = Number.NEGATIVE_INFINITY;
  #figuresAtMs = Number.NEGATIVE_INFINITY;
  #isTroubled = false;

  constructor(parts: FetcherParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Waits a moment for what is under way, and hands back the rest. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    const ended = Promise.all([...this.#underWay.values()].map((one) => one.ended));
    await Promise.race([ended, sleep(FETCHING.stopMs, undefined, { ref: false })]);
    if (this.#underWay.size === 0) return;
    try {
      await handBackMetaLeads(this.#parts.database.general, [...this.#underWay.keys()]);
    } catch (error) {
      // Their lease ends by itself.
      this.#parts.log.warn({ err: error }, 'Leads under way could not be handed back.');
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const pauseMs = await this.#turn().catch((error: unknown) => this.#afterFailure(error));
      if (!signal.aborted) await this.#rest(pauseMs);
    }
  }

  /** Until the time is over, or one that is under way has ended, or the node stops. */
  async #rest(ms: number): Promise<void> {
    // Aborted is how the pause ends when the node stops.
    const pause = sleep(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    await Promise.race([pause, ...[...this.#underWay.values()].map((one) => one.ended)]);
  }

  /** @returns milliseconds until the next turn, or what ends earlier */
  async #turn(): Promise<number> {
    await this.#upkeep();
    const free = FETCHING.requestsAtOnce - this.#underWay.size;
    if (free === 0) return FETCHING.idlePauseMs;
    const limits = {
      count: free,
      perSource: FETCHING.perSource,
      leaseSeconds: FETCHING.leaseSeconds,
    };
    const busy = new Set([...this.#underWay.values()].map(({ sourceId }) => sourceId));
    const { general } = this.#parts.database;
    const leads = await claimMetaLeads(general, limits, PRO_PLAN, [...busy]);
    this.#isTroubled = false;
    for (const lead of leads) this.#begin(lead);
    return FETCHING.idlePauseMs;
  }

  #begin(lead: ClaimedLead): void {
    const ended = this.#fetch(lead).finally(() => this.#underWay.delete(lead.claim));
    this.#underWay.set(lead.claim, { sourceId: lead.source.id, ended });
  }

  /** Never rejects: what could not even be written down is fetched again when the lease ends. */
  async #fetch(lead: ClaimedLead): Promise<void> {
    const { database, graph, metrics, log: parent } = this.#parts;
    const log = parent.child({ sourceId: formatId('src', lead.source.id) });
    try {
      const access = this.#open(lead);
      if (access === null) {
        metrics.leadFetches.inc({ result: 'secret_unreadable' });
        await putOff({ database }, lead, 'secret_unreadable', 'The stored token cannot be opened.');
        return;
      }
      const verdict = await graph.fetchLead(lead.leadgenId, access);
      // The node stops, and what ended is our connection: the lead is handed back.
      if (this.#stopping.signal.aborted && verdict.kind === 'away') return;
      if (verdict.kind !== 'lead') {
        metrics.leadFetches.inc({ result: verdict.trouble.code });
        await settleTrouble({ database, log }, lead, verdict);
        return;
      }
      await publishLead(this.#parts, lead, verdict.lead);
      metrics.leadFetches.inc({ result: 'success' });
      await fetchingRecovered(database.general, lead.source);
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      log.warn(
        { err: error, leadId: lead.leadgenId },
        'A lead could not be seen to; it is fetched again when its lease ends.',
      );
    }
  }

  #open({ source }: ClaimedLead): GraphAccess | null {
    try {
      const secrets = openSourceSecrets(this.#parts.keyring, source.id, source.secrets);
      const { pageAccessToken, appSecret } = secrets;
      if (pageAccessToken === undefined || appSecret === undefined) return null;
      return { pageAccessToken, appSecret };
    } catch (error) {
      if (!(error instanceof SealingError)) throw error;
      this.#parts.log.error({ err: error }, 'The secrets of a source cannot be opened.');
      return null;
    }
  }

  #afterFailure(error: unknown): number {
    const { log } = this.#parts;
    const fields = { err: error };
    // Everybody says that PostgreSQL is away; anything else is news once.
    if (isDatabaseAway(error) || this.#isTroubled) log.debug(fields, 'No leads could be claimed.');
    else log.warn(fields, 'No leads could be claimed; trying again.');
    this.#isTroubled = true;
    return FETCHING.failurePauseMs;
  }

  async #upkeep(): Promise<void> {
    const { clock, database, log, metrics } = this.#parts;
    const now = clock.monotonic();
    if (now - this.#figuresAtMs >= FETCHING.figuresMs) {
      this.#figuresAtMs = now;
      const { waiting, ageSeconds, paused } = await countFetching(database.general);
      metrics.leadsWaiting.set(waiting);
      metrics.leadsWaitingAgeSeconds.set(ageSeconds);
      metrics.leadSourcesPaused.set(paused);
    }
    if (now - this.#upkeepAtMs < FETCHING.upkeepMs) return;
    this.#upkeepAtMs = now;
    const aged = await ageMetaLeads(database.general, FETCHING, EXPIRED);
    if (aged.expired > 0) log.warn(aged, 'Leads expired before they could be fetched.');
  }
}

const EXPIRED = {
  code: 'expired',
  detail: 'It could not be fetched for 90 days, after which Meta deletes a lead.',
} as const;
