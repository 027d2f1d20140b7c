import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { DatabaseClock } from '../../src/base/clock.ts';
import { FilterBook } from '../../src/engine/filter-book.ts';
import { Node } from '../../src/engine/node.ts';
import { WebhookBook } from '../../src/engine/webhook-book.ts';
import { deliveredBody } from '../../src/exact/index.ts';
import { createKeyring } from '../../src/signing/sealing.ts';
import { generateSecret, secretHint } from '../../src/signing/secrets.ts';
import type { SealedSecret } from '../../src/store/create-webhook.ts';
import type { Database } from '../../src/store/database.ts';
import { registerNode } from '../../src/store/nodes.ts';
import type { NewEvent } from '../../src/store/publish-events.ts';
import { Hand, type LeasedJob } from './hand.ts';
import * as life from './life.ts';
import type { Statements } from './statements.ts';

export const TENANTS = ['acme', 'globex'] as const;
export const TYPES = ['contact.created', 'campaign.sent'] as const;
export const LEASE_SECONDS = 50;

/** What moves are made on: the machine, the database, and which row of it the machine's numbers mean. */
export class Ground {
  world = life.EMPTY;
  readonly ids = {
    webhooks: [] as string[],
    events: [] as string[],
    deliveries: [] as string[],
    replays: [] as string[],
  };
  readonly hands: Hand[] = [];
  /** As the statements answered, for the sum at the end. */
  readonly answered = { fanOut: 0, redelivered: 0, tested: 0 };
  readonly secrets = new Map<string, string>();
  readonly database: Database;
  readonly statements: Statements;
  /** By tenant, as `tenants.no`. */
  readonly tenantNos: readonly number[];
  readonly #bodies: string[] = [];
  readonly #keyring = createKeyring(
    { current: Buffer.alloc(32, 7).toString('base64') },
    randomBytes,
  );
  readonly #book: WebhookBook;

  constructor(database: Database, tenantNos: readonly number[], statements: Statements) {
    this.database = database;
    this.statements = statements;
    this.tenantNos = tenantNos;
    const clock = new DatabaseClock(Date.now());
    const log = pino({ level: 'silent' });
    const node = new Node({ database, clock, log, role: 'worker', host: 'test' });
    const keyring = this.#keyring;
    const filters = new FilterBook(clock, log);
    this.#book = new WebhookBook({ database, keyring, node, filters, clock, log, maxAgeMs: 1_000 });
  }

  nodes(...states: life.NodeState[]): number[] {
    return this.world.nodes.flatMap(({ state }, node) => (states.includes(state) ? [node] : []));
  }

  hand(node: number): Hand {
    return life.required(this.hands[node]);
  }

  tenantNo(tenant: number): number {
    return life.required(this.tenantNos[tenant]);
  }

  async startNode(): Promise<void> {
    this.world = life.startNode(this.world);
    const { database, statements } = this;
    const { id } = await registerNode(database.control, 'worker', 'test', LEASE_SECONDS);
    const secretOf = (webhookId: string) => this.secrets.get(webhookId) ?? '';
    this.hands.push(new Hand(id, { database, book: this.#book, statements, secretOf }));
  }

  /**
   * Finds which rows the deliveries are that the machine has made and nobody has named: each new row
   * must be one, of the same event and webhook.
   */
  async learnDeliveries(): Promise<void> {
    const { deliveries, events, webhooks } = this.ids;
    const { rows } = await this.database.general.query<{
      id: string;
      event_id: string;
      webhook_id: string;
    }>(
      `select id, event_id, webhook_id from sydx.pending_deliveries
       where not (id = any($1::bigint[])) order by id`,
      [deliveries],
    );
    for (const { event, webhook } of this.world.deliveries.slice(deliveries.length)) {
      const row = rows.findIndex(
        ({ event_id, webhook_id }) =>
          event_id === events[event] && webhook_id === webhooks[webhook],
      );
      const [found] = row === -1 ? [] : rows.splice(row, 1);
      if (found === undefined) throw new Error(`Event ${event} is not on its way to ${webhook}.`);
      deliveries.push(found.id);
    }
    if (rows.length > 0) throw new Error(`Nobody asked for ${JSON.stringify(rows)}.`);
  }

  numberOf(deliveryId: string): number {
    const number = this.ids.deliveries.indexOf(deliveryId);
    if (number === -1) throw new Error(`Nobody knows delivery ${deliveryId}.`);
    return number;
  }

  /** A delivery as a node is given it. */
  job(deliveryId: string): LeasedJob {
    const number = this.numberOf(deliveryId);
    const { event, webhook, attempt, lost } = life.required(this.world.deliveries[number]);
    const { tenant, type } = life.required(this.world.events[event]);
    return {
      number,
      deliveryId,
      eventId: life.required(this.ids.events[event]),
      webhookId: life.required(this.ids.webhooks[webhook]),
      tenantNo: this.tenantNo(tenant),
      type,
      body: life.required(this.#bodies[event]),
      attempt,
      lost,
    };
  }

  makeEvent(tenant: number, type: string): NewEvent {
    const tenantId = life.required(TENANTS[tenant]);
    const timestamp = new Date().toISOString();
    const data = type === life.TEST_TYPE ? { message: 'x' } : { n: this.#bodies.length };
    const made = deliveredBody({ type, timestamp, tenantId, data });
    if (!made.ok) throw new Error(made.code);
    this.#bodies.push(made.body);
    return { tenantNo: this.tenantNo(tenant), type, body: made.body };
  }

  makeSecret(): { secret: string; seal: (id: string) => SealedSecret } {
    const secret = generateSecret(randomBytes);
    const seal = (id: string) => ({
      ...this.#keyring.seal(secret, `webhook:${id}`),
      hint: secretHint(secret),
    });
    return { secret, seal };
  }
}
