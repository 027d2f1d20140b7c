import type { Database } from '../../store/database.ts';
import {
  countHours,
  HOUR_MS,
  type HourOfWebhook,
  unsettledHours,
} from '../../store/webhook-health.ts';

/** Rows kept in memory, of all tenants together: some 20 MB. */
const MOST_ROWS = 200_000;
/** After this nothing is accepted into an hour any more: ids are made when a statement runs. */
const SETTLING_MS = 600_000;

/**
 * Hours of the log that are over and hold nothing pending never change again, so each is counted
 * once on each node; after that the list of webhooks costs the present hour alone.
 */
export class SettledHours {
  readonly #database: Database;
  /** By tenant and start of the hour. */
  #kept = new Map<string, HourOfWebhook[]>();
  #rows = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * @param hoursMs starts of hours
   * @param nowMs milliseconds since 1970, by PostgreSQL's clock
   */
  async count(
    tenantNo: number,
    hoursMs: readonly number[],
    nowMs: number,
  ): Promise<HourOfWebhook[]> {
    const found: HourOfWebhook[] = [];
    const missing: number[] = [];
    for (const ms of hoursMs) {
      const kept = this.#kept.get(`${tenantNo} ${ms}`);
      if (kept === undefined) missing.push(ms);
      else found.push(...kept);
    }
    const pool = this.#database.general;
    const over = missing.filter((ms) => ms + HOUR_MS + SETTLING_MS < nowMs);
    // First: what is final now is in the log by the time that it is counted.
    const unsettled = new Set(await unsettledHours(pool, tenantNo, over));
    const counted = await countHours(pool, tenantNo, missing);
    const byHour = Map.groupBy(counted, ({ hour_ms: ms }) => ms);
    for (const ms of over) {
      if (!unsettled.has(ms)) this.#keep(`${tenantNo} ${ms}`, byHour.get(ms) ?? []);
    }
    return [...found, ...counted];
  }

  #keep(name: string, rows: HourOfWebhook[]): void {
    // An empty hour takes room as well.
    this.#rows += rows.length + 1;
    if (this.#rows > MOST_ROWS) {
      this.#kept = new Map();
      this.#rows = rows.length + 1;
    }
    this.#kept.set(name, rows);
  }
}
