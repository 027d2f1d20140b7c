import type { Integration } from '@sydx/contract';
import type { Logger } from 'pino';
import type { Clock } from '../base/clock.ts';
import type { Keyring } from '../signing/sealing.ts';
import { prepareSigner, type Signer } from '../signing/signature.ts';
import type { Database } from '../store/database.ts';
import { confirmSettings } from '../store/nodes.ts';
import {
  changedWebhooks,
  settingsVersion,
  type WebhookSettingsRow,
  webhookSettingsByIds,
} from '../store/webhook-settings.ts';
import { BOUNDS } from './bounds.ts';
import type { FilterBook } from './filter-book.ts';
import type { Node } from './node.ts';

/** A webhook as sending needs it. */
export interface WebhookSettings {
  readonly id: string;
  readonly url: string;
  readonly enabled: boolean;
  readonly deleted: boolean;
  /** null: destroyed with the webhook, or sealed with a key that this node does not have. */
  readonly signer: Signer | null;
  /** Whoever made it by itself; its receiver may end it. */
  readonly integration: Integration | null;
  readonly version: bigint;
}

const KEPT = 50_000;

/**
 * The settings of the webhooks this node sends to, never older than a second: every 250 ms it asks for
 * what changed, and while it cannot ask, nobody is sent to. So rotate, PATCH, disable and DELETE hold
 * for the next attempt on every node.
 */
export class WebhookBook {
  readonly #entries = new Map<string, WebhookSettings>();
  readonly #loading = new Map<string, Promise<void>>();
  #toLoad: { ids: Set<string>; found: Promise<ReadonlySet<string>> } | null = null;
  readonly #onFresh: (() => void)[] = [];
  readonly #database: Database;
  readonly #keyring: Keyring;
  readonly #node: Node;
  readonly #filters: FilterBook;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #maxAgeMs: number;
  #version = 0n;
  #confirmed = { life: -1, version: -1n };
  #asOf = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<void> | null = null;
  #stopped = false;

  constructor(parts: {
    database: Database;
    keyring: Keyring;
    node: Node;
    /** Kept fresh along with the rest. */
    filters: FilterBook;
    clock: Clock;
    log: Logger;
    maxAgeMs: number;
  }) {
    this.#database = parts.database;
    this.#keyring = parts.keyring;
    this.#node = parts.node;
    this.#filters = parts.filters;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#maxAgeMs = parts.maxAgeMs;
  }

  /** Calls back after each successful look at the database. */
  onFresh(resume: () => void): void {
    this.#onFresh.push(resume);
  }

  async start(): Promise<void> {
    // First: what changes while filters are read is read again.
    this.#version = BigInt(await settingsVersion(this.#database.control));
    await this.#filters.load(this.#database);
    await this.refresh();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Whether what the book says may be acted on now. */
  isFresh(): boolean {
    return this.#clock.monotonic() - this.#asOf <= this.#maxAgeMs;
  }

  /** @returns undefined when it must be loaded first */
  get(webhookId: string): WebhookSettings | undefined {
    return this.#entries.get(webhookId);
  }

  /** Loads one webhook; calls for the same one, and all calls of one moment, share the query. */
  async load(webhookId: string): Promise<void> {
    const running = this.#loading.get(webhookId);
    if (running !== undefined) return await running;
    const loading = this.#load(webhookId).finally(() => this.#loading.delete(webhookId));
    this.#loading.set(webhookId, loading);
    await loading;
  }

  async #load(webhookId: string): Promise<void> {
    if (this.#toLoad === null) {
      const ids = new Set<string>();
      // A moment later: an event to 500 webhooks asks for all of them one after the other.
      this.#toLoad = { ids, found: Promise.resolve().then(() => this.#loadAll(ids)) };
    }
    const { ids, found } = this.#toLoad;
    ids.add(webhookId);
    if (!(await found).has(webhookId)) {
      throw new Error(`Webhook ${webhookId} has deliveries but no row.`);
    }
  }

  async #loadAll(ids: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    this.#toLoad = null;
    const rows = await webhookSettingsByIds(this.#database.control, [...ids]);
    if (this.#entries.size > KEPT) this.#entries.clear();
    for (const row of rows) this.#take(row);
    return new Set(rows.map(({ id }) => id));
  }

  /** Asks for changes now; a call during another one waits for a look that begins after it. */
  async refresh(): Promise<void> {
    await this.#polling;
    this.#polling ??= this.#poll().finally(() => {
      this.#polling = null;
    });
    await this.#polling;
  }

  async #poll(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      await this.#look();
    } catch (error) {
      this.#log.warn(
        { err: error },
        'Changed webhooks could not be read; sending pauses after a second.',
      );
    } finally {
      if (!this.#stopped) {
        this.#timer = setTimeout(() => void this.refresh(), BOUNDS.settingsPollMs);
      }
    }
    for (const resume of this.#onFresh) resume();
  }

  async #look(): Promise<void> {
    for (;;) {
      const askedAt = this.#clock.monotonic();
      const rows = await changedWebhooks(this.#database.control, String(this.#version));
      for (const row of rows) {
        // One that is being loaded too: what was read for it may be older than this change.
        if (this.#entries.has(row.id) || this.#loading.has(row.id)) this.#take(row);
        this.#filters.take(row);
        this.#version = BigInt(row.version);
      }
      if (rows.length === 0) {
        this.#asOf = askedAt;
        break;
      }
    }
    const { life, id } = this.#node;
    if (id !== '' && (this.#confirmed.life !== life || this.#confirmed.version !== this.#version)) {
      const version = this.#version;
      await confirmSettings(this.#database.control, id, String(version));
      this.#confirmed = { life, version };
    }
  }

  #take(row: WebhookSettingsRow): void {
    const version = BigInt(row.version);
    const known = this.#entries.get(row.id);
    if (known !== undefined && known.version > version) return;
    this.#entries.set(row.id, {
      id: row.id,
      url: row.url,
      enabled: row.enabled,
      deleted: row.deleted,
      signer: this.#signerOf(row),
      integration: row.integration,
      version,
    });
  }

  #signerOf(row: WebhookSettingsRow): Signer | null {
    if (row.secret_key_id === null || row.secret_sealed === null) return null;
    try {
      const sealed = { keyId: row.secret_key_id, sealed: row.secret_sealed };
      return prepareSigner(this.#keyring.open(sealed, `webhook:${row.id}`));
    } catch (error) {
      this.#log.error({ err: error, webhook: row.id }, 'The secret of a webhook cannot be opened.');
      return null;
    }
  }
}
