import { verify } from '@sydx/sdk';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { ShuttingDown } from '../../src/engine/errors.ts';
import { generateSecret, secretHint } from '../../src/signing/secrets.ts';
import { SYSTEM } from '../../src/store/audit-log.ts';
import {
  changeWebhook,
  deleteWebhook,
  type WebhookChange,
} from '../../src/store/change-webhook.ts';
import { idRange } from '../../src/store/id-range.ts';
import { redeliver } from '../../src/store/redeliver.ts';
import { startReplay } from '../../src/store/start-replay.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { throwDice } from '../kit/dice.ts';
import {
  eventually,
  makeEvent,
  makeTenant,
  makeWebhook,
  startTestEngine,
  type TestEngine,
} from '../kit/engine.ts';
import { type MoodyReceiver, startMoodyReceiver } from '../kit/moody-receiver.ts';
import { countPending, countRows, endLease, nodeIds } from '../kit/places.ts';
import { pick } from './steps.ts';

const RUNS = Number(process.env['MODEL_ENGINE_RUNS'] ?? 5);
const TYPE = 'message.received';

let testDatabase: TestDatabase;
let nodes: TestEngine[];
let receiver: MoodyReceiver;
/** What receivers answer, one after the other. */
let statuses: readonly number[] = [200];

beforeAll(async () => {
  testDatabase = await createDatabase();
  const options = { retryScheduleSeconds: [0.05, 0.1, 0.15], logLevel: 'fatal' };
  nodes = [
    await startTestEngine(testDatabase.url, options),
    await startTestEngine(testDatabase.url, options),
  ];
  receiver = await startMoodyReceiver((_attempt, nth) => statuses[nth % statuses.length] ?? 200);
});

afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  await receiver.close();
  await testDatabase.drop();
});

interface Webhook {
  readonly id: string;
  isEnabled: boolean;
  isDeleted: boolean;
  /** All it ever had. */
  readonly secrets: string[];
}

/** One tenant of one run, and how many deliveries are expected of it, without Tests and replays. */
interface Life {
  readonly tenantNo: number;
  readonly tenantId: string;
  readonly webhooks: readonly Webhook[];
  expected: number;
}

type Move = (life: Life, node: TestEngine, choices: { a: number; b: number }) => Promise<void>;

const ANSWERS = [[200], [500], [200, 500], [500, 500, 200], [404, 429, 200]];

const MOVES = {
  publish: async (life, { engine }, { b }) => {
    const { tenantNo, tenantId } = life;
    const events = Array.from({ length: b + 1 }, (_, n) => makeEvent(tenantNo, tenantId, n));
    await engine.publish(events);
    life.expected += events.length * life.webhooks.filter(({ isEnabled }) => isEnabled).length;
  },
  'change what receivers answer': (_life, _node, { b }) => {
    statuses = pick(ANSWERS, b) ?? [200];
    return Promise.resolve();
  },
  'let a lease run out': async (_life, { database }, { b }) => {
    const id = pick(await nodeIds(database), b);
    if (id !== undefined) await endLease(database, id);
  },
  redeliver: async (life, { database: { general }, engine }, { b }) => {
    const { rows } = await general.query<{ id: string }>(
      'select id from sydx.deliveries where tenant_no = $1 order by id',
      [life.tenantNo],
    );
    const id = pick(rows, b)?.id;
    if (id === undefined) return;
    if ('deliveryId' in (await redeliver(general, life.tenantNo, id, SYSTEM))) life.expected += 1;
    engine.wake();
  },
  disable: (life, node, choices) => change(life, node, choices, { enabled: false }),
  enable: (life, node, choices) => change(life, node, choices, { enabled: true }),
  rotate: async (life, node, choices) => {
    const webhook = chosen(life, choices);
    if (webhook === undefined) return;
    const secret = generateSecret(randomBytes);
    webhook.secrets.push(secret);
    const sealed = node.keyring.seal(secret, `webhook:${webhook.id}`);
    await change(life, node, choices, { secret: { ...sealed, hint: secretHint(secret) } });
  },
  delete: async (life, { database, engine }, choices) => {
    const webhook = chosen(life, choices);
    // Rarely, or nothing is left to send to.
    if (webhook === undefined || choices.a > 2) return;
    Object.assign(webhook, { isEnabled: false, isDeleted: true });
    const version = await deleteWebhook(database.general, life.tenantNo, webhook.id, SYSTEM);
    if (version !== null) await engine.settingsChanged(version);
  },
  replay: async (life, { database, engine }, choices) => {
    const webhook = chosen(life, choices);
    if (webhook === undefined) return;
    const span = { fromMs: 0, toMs: Date.now(), range: idRange(undefined, undefined) };
    const request = { tenantNo: life.tenantNo, webhookId: webhook.id, ...span };
    await startReplay(database.general, { ...request, status: 'failed' }, SYSTEM, 2);
    engine.wake();
  },
  test: async (life, { engine }, choices) => {
    const webhook = chosen(life, choices);
    if (webhook === undefined) return;
    try {
      await engine.test({ id: webhook.id, tenantNo: life.tenantNo, tenantId: life.tenantId });
    } catch (error) {
      // Its lease ran out meanwhile; whoever pressed Test is told so.
      if (!(error instanceof ShuttingDown)) throw error;
    }
  },
} satisfies Record<string, Move>;

function chosen({ webhooks }: Life, { b }: { b: number }): Webhook | undefined {
  return pick(
    webhooks.filter(({ isDeleted }) => !isDeleted),
    b,
  );
}

async function change(
  life: Life,
  { database, engine }: TestEngine,
  choices: { b: number },
  to: WebhookChange,
): Promise<void> {
  const webhook = chosen(life, choices);
  if (webhook === undefined) return;
  webhook.isEnabled = to.enabled ?? webhook.isEnabled;
  const { general } = database;
  const changed = await changeWebhook(general, life.tenantNo, webhook.id, to, SYSTEM);
  if (changed !== null) await engine.settingsChanged(changed.version);
}

const WEIGHTS: Record<keyof typeof MOVES, number> = {
  publish: 6,
  'change what receivers answer': 3,
  'let a lease run out': 1,
  redeliver: 2,
  disable: 1,
  enable: 2,
  rotate: 1,
  delete: 1,
  replay: 2,
  test: 1,
};

const choice = fc.nat({ max: 11 });
const kind = fc.oneof(
  ...Object.entries(WEIGHTS).map(([name, weight]) => ({
    weight,
    arbitrary: fc.constant(name as keyof typeof MOVES),
  })),
);
const sequences = fc.array(fc.record({ kind, a: choice, b: choice }), {
  minLength: 10,
  maxLength: 40,
  size: 'max',
});

let lives = 0;

async function begin(): Promise<Life> {
  lives += 1;
  const tenantId = `tenant-${lives}`;
  const node = first();
  const tenantNo = await makeTenant(node.database, tenantId);
  const webhooks: Webhook[] = [];
  for (let n = 0; n < 3; n += 1) {
    const url = `${receiver.origin}/${tenantId}/${n}`;
    const { id, secret } = await makeWebhook(node, { tenantNo, url, events: [TYPE] });
    webhooks.push({ id, isEnabled: true, isDeleted: false, secrets: [secret] });
  }
  return { tenantNo, tenantId, webhooks, expected: 0 };
}

function first(): TestEngine {
  const [node] = nodes;
  if (node === undefined) throw new Error('No node was started.');
  return node;
}

interface Ended {
  id: string;
  webhook_id: string;
  type: string;
  status: number;
  attempt_count: number;
  earlier: number[];
}

/** What must hold once all has come to its end. */
async function judge(life: Life): Promise<void> {
  const { database } = first();
  const { rows } = await database.general.query<Ended>(
    `select id, webhook_id, type, status, attempt_count,
       array(select number from sydx.attempts where delivery_id = d.id order by number) as earlier
     from sydx.deliveries d where tenant_no = $1`,
    [life.tenantNo],
  );
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  const replays = await database.general.query<{ replayed: number }>(
    `select coalesce(sum(replayed), 0)::int as replayed from sydx.replays where tenant_no = $1`,
    [life.tenantNo],
  );
  const ended = rows.filter(({ type }) => type === TYPE);
  expect(ended).toHaveLength(life.expected + (replays.rows[0]?.replayed ?? 0));

  const seen = Map.groupBy(receiver.seen, ({ deliveryId }) => deliveryId);
  for (const { id, webhook_id, status, attempt_count, earlier } of rows) {
    expect(attempt_count).toBeLessThanOrEqual(4);
    expect(earlier).toEqual(Array.from({ length: earlier.length }, (_, index) => index + 1));
    const requests = seen.get(formatId('dlv', id)) ?? [];
    // What the log counts was really sent; a lost lease repeats an attempt under its number.
    const numbers = new Set(requests.map(({ attempt }) => attempt));
    for (let number = 1; number <= attempt_count; number += 1) expect(numbers).toContain(number);
    if (status === 1) expect(requests.map(({ response }) => response.statusCode)).toContain(200);
    const { secrets = [] } = life.webhooks.find((webhook) => webhook.id === webhook_id) ?? {};
    for (const { body, headers, path } of requests) {
      expect(path).toMatch(new RegExp(`^/${life.tenantId}/`));
      verify(body, headers, secrets, { requireStandard: true });
    }
  }
}

it('two engines bring every delivery to one end, whatever people do and receivers answer', {
  timeout: 120_000 + RUNS * 60_000,
}, async () => {
  const { seed } = throwDice();
  console.log(`${RUNS} sequences, SEED=${seed}`);
  const property = fc.asyncProperty(sequences, async (sequence) => {
    const life = await begin();
    statuses = [200];
    for (const { kind: name, a, b } of sequence) {
      await MOVES[name](life, pick(nodes, a) ?? first(), { a, b });
    }
    statuses = [200];
    const { database } = first();
    const isOver = async () =>
      (await countPending(database)) === 0 && (await countRows(database, 'inflight')) === 0;
    await eventually('all come to an end', isOver, 60_000);
    await judge(life);
  });
  await fc.assert(property, { numRuns: RUNS, seed });
});
