import { SYSTEM } from '../../src/store/audit-log.ts';
import type { WebhookChange } from '../../src/store/change-webhook.ts';
import { createWebhook } from '../../src/store/create-webhook.ts';
import { idRange } from '../../src/store/id-range.ts';
import { type Ground, TYPES } from './ground.ts';
import * as life from './life.ts';
import { type Choices, type Move, pick } from './steps.ts';

const { required } = life;
const MOST_WEBHOOKS = 6;
const STATUSES = ['success', 'failed', 'cancelled'] as const;
/** So that a replay of a few events needs several turns. */
const CHUNK = 1;

/** A webhook that is not deleted. */
interface Chosen {
  readonly webhook: number;
  readonly id: string;
  readonly tenantNo: number;
  readonly state: life.Webhook['state'];
}

function onWebhook(act: (ground: Ground, chosen: Chosen, choices: Choices) => Promise<void>): Move {
  return async (ground, choices) => {
    const living = [...ground.world.webhooks.entries()].filter(
      ([, { state }]) => state !== 'webhook_deleted',
    );
    const [webhook, about] = pick(living, choices.a) ?? [];
    if (webhook === undefined || about === undefined) return false;
    const id = required(ground.ids.webhooks[webhook]);
    const { tenant, state } = about;
    await act(ground, { webhook, id, tenantNo: ground.tenantNo(tenant), state }, choices);
    return true;
  };
}

/** What people do with webhooks, and what they send again. */
export const ADMIN_MOVES = {
  'create a webhook': async (ground, { b, c }) => {
    if (ground.ids.webhooks.length >= MOST_WEBHOOKS) return false;
    await create(ground, b % 2, c % 2 === 0 ? TYPES : [TYPES[0]]);
    return true;
  },
  'change its events': onWebhook(async (ground, chosen, { b }) => {
    const events = b % 2 === 0 ? TYPES : [TYPES[1]];
    ground.world = life.subscribe(ground.world, chosen.webhook, events);
    await change(ground, chosen, { events });
  }),
  rotate: onWebhook(async (ground, chosen) => {
    const { secret, seal } = ground.makeSecret();
    await change(ground, chosen, { secret: seal(chosen.id) });
    ground.secrets.set(chosen.id, secret);
  }),
  disable: onWebhook(async (ground, chosen) => {
    if (chosen.state === 'enabled') {
      ground.world = life.turnOff(ground.world, chosen.webhook, 'webhook_disabled');
    }
    await change(ground, chosen, { enabled: false });
  }),
  enable: onWebhook(async (ground, chosen) => {
    ground.world = life.enable(ground.world, chosen.webhook);
    await change(ground, chosen, { enabled: true });
  }),
  delete: onWebhook(async (ground, { webhook, id, tenantNo }) => {
    ground.world = life.turnOff(ground.world, webhook, 'webhook_deleted');
    await ground.statements.deleteWebhook(ground.database.general, tenantNo, id, SYSTEM);
  }),
  redeliver: async (ground, choices) => await redeliver(ground, choices, true),
  'redeliver as a stranger': async (ground, choices) => await redeliver(ground, choices, false),
  replay: onWebhook(async (ground, { webhook, id, tenantNo, state }, { b, c }) => {
    const matching = (status: life.Final) => life.replayable(ground.world, webhook, status).length;
    const status =
      b % 4 === 0
        ? (STATUSES[c % STATUSES.length] ?? 'failed')
        : STATUSES.reduce((most, other) => (matching(other) > matching(most) ? other : most));
    const span = { fromMs: 0, toMs: Date.now(), range: idRange(undefined, undefined) };
    const request = { tenantNo, webhookId: id, ...span, status };
    const { general } = ground.database;
    const answer = await ground.statements.startReplay(general, request, SYSTEM, CHUNK);
    const refused = 'refused' in answer ? answer.refused : 'enabled';
    if (refused !== state) throw new Error(`A replay was ${refused}, not ${state}.`);
    if ('refused' in answer) return;
    ground.world = life.startReplay(ground.world, webhook, status, CHUNK);
    ground.ids.replays.push(answer.id);
    await ground.learnDeliveries();
  }),
  'feed a replay': async (ground) => {
    ground.world = life.feed(ground.world, CHUNK);
    await ground.statements.feedReplays(ground.database.general, CHUNK);
    await ground.learnDeliveries();
    return true;
  },
  test: onWebhook(async (ground, { webhook, id, tenantNo }, { b }) => {
    const node = pick(ground.nodes('alive'), b);
    if (node === undefined) return;
    const hand = ground.hand(node);
    const group = hand.nextGroup();
    const { tenant } = required(ground.world.webhooks[webhook]);
    const { body } = ground.makeEvent(tenant, life.TEST_TYPE);
    const stored = await ground.statements.publishTest(
      ground.database.hot,
      { tenantNo, webhookId: id, webhookName: null, body },
      { nodeId: hand.id, number: group },
      SYSTEM,
    );
    ground.world = life.test(ground.world, node, webhook);
    ground.answered.tested += 1;
    ground.ids.events.push(stored.eventId);
    ground.ids.deliveries.push(stored.deliveryId);
    hand.hold(group, [ground.job(stored.deliveryId)]);
  }),
} satisfies Record<string, Move>;

export async function create(
  ground: Ground,
  tenant: number,
  events: readonly (typeof TYPES)[number][],
): Promise<void> {
  ground.world = life.create(ground.world, tenant, events);
  const { secret, seal } = ground.makeSecret();
  const url = 'https://hooks.example.com/';
  const about = { tenantNo: ground.tenantNo(tenant), name: 'n8n', url, events, seal };
  const made = await createWebhook(ground.database.general, about, 500, SYSTEM);
  const { id } = required(made?.webhook);
  ground.ids.webhooks.push(id);
  ground.secrets.set(id, secret);
}

async function change(
  { statements, database }: Ground,
  { tenantNo, id }: Chosen,
  to: WebhookChange,
): Promise<void> {
  await statements.changeWebhook(database.general, tenantNo, id, to, SYSTEM);
}

async function redeliver(ground: Ground, { a, b }: Choices, isOwn: boolean): Promise<boolean> {
  const number = pick([...ground.world.deliveries.keys()], a * 12 + b);
  if (number === undefined) return false;
  const { webhook } = required(ground.world.deliveries[number]);
  const { tenant } = required(ground.world.webhooks[webhook]);
  const tenantNo = ground.tenantNo(isOwn ? tenant : 1 - tenant);
  const expected = isOwn ? life.redeliverRefusal(ground.world, number) : 'not_found';
  const id = required(ground.ids.deliveries[number]);
  const answer = await ground.statements.redeliver(ground.database.general, tenantNo, id, SYSTEM);
  const refused = 'refused' in answer ? answer.refused : null;
  if (refused !== expected) throw new Error(`Redelivering was ${refused}, not ${expected}.`);
  if (refused !== null) return true;
  ground.world = life.redeliver(ground.world, number);
  ground.answered.redelivered += 1;
  await ground.learnDeliveries();
  return true;
}
