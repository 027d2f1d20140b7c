import {
  ATTEMPT_ERRORS,
  type AttemptErrorCode,
  attemptErrorMessage,
  type EventData,
  type OperationalEventType,
} from '@sydx/contract';
import type { Logger } from 'pino';
import { formatId } from '../base/ids.ts';
import { maskUrl } from '../base/mask-url.ts';
import type { Metrics } from '../base/metrics.ts';
import { deliveredBody } from '../exact/index.ts';
import type { Database } from '../store/database.ts';
import { databaseNowMs } from '../store/database-time.ts';
import { findTurns, keepTurns, takeWatch, type WebhookTurn } from '../store/failing-webhooks.ts';
import { loggingTransaction } from '../store/logging-transaction.ts';
import { type OperationalEvent, publishOperational } from '../store/publish-operational.ts';
import type { Transaction } from '../store/transaction.ts';
import { filteredWebhooksOf } from '../store/webhook-settings.ts';
import { refusalsBy } from './filter-book.ts';

interface Parts {
  database: Pick<Database, 'general'>;
  log: Logger;
  metrics: Pick<Metrics, 'eventsAccepted'>;
}

/**
 * Looks which webhooks began to fail and which recovered, writes it down and tells whoever subscribes
 * to `webhook.failing` and `webhook.recovered`: all in one transaction, so that each turn is told
 * exactly once, whatever crashes. Only turns publish, and never to the webhook that they are about, so
 * that webhooks which watch each other come to rest.
 *
 * @param restSeconds does nothing when a node looked within this time
 * @returns how many deliveries are up in the queue
 */
export async function watchWebhooks(parts: Parts, restSeconds: number): Promise<number> {
  const { turns, types, deliveryCount } = await loggingTransaction(
    parts.database.general,
    async (client) => await takeTurns(client, restSeconds),
  );
  for (const type of types) parts.metrics.eventsAccepted.inc({ type });
  for (const turn of turns) tell(parts.log, turn);
  return deliveryCount;
}

async function takeTurns(client: Transaction, restSeconds: number) {
  const since = await takeWatch(client, restSeconds);
  const found = since === null ? [] : await findTurns(client, since);
  if (found.length === 0) return { turns: [], types: [], deliveryCount: 0 };
  const turns = await keepTurns(client, found);
  const timestamp = new Date(await databaseNowMs(client)).toISOString();
  const events = turns.map((turn) => eventOf(turn, timestamp));
  const tenantNos = [...new Set(events.map(({ tenantNo }) => tenantNo))];
  const refusals = refusalsBy(await filteredWebhooksOf(client, tenantNos), events);
  return { turns, ...(await publishOperational(client, events, refusals)) };
}

function tell(log: Logger, turn: WebhookTurn): void {
  const webhook = formatId('whk', turn.webhook_id);
  const delivery = formatId('dlv', turn.delivery_id);
  const fields = { webhook, delivery, target: maskUrl(turn.url), since: turn.since };
  if (turn.kind === 'recovered') log.info(fields, 'A webhook recovered.');
  else {
    const { failed_count: failed, error } = turn;
    log.warn({ ...fields, failed, error }, 'A webhook keeps failing.');
  }
}

function eventOf(turn: WebhookTurn, timestamp: string): OperationalEvent {
  const { type, data } = contentOf(turn);
  const made = deliveredBody({ type, timestamp, tenantId: turn.tenant_id, data });
  if (!made.ok) throw new Error(`A ${type} of ${turn.webhook_id} is not deliverable: ${made.code}`);
  return { tenantNo: turn.tenant_no, type, body: made.body, webhookId: turn.webhook_id };
}

type Content = {
  [Type in OperationalEventType]: { type: Type; data: EventData<Type> };
}[OperationalEventType];

function contentOf(turn: WebhookTurn): Content {
  const data = {
    webhook: {
      id: formatId('whk', turn.webhook_id),
      name: turn.name,
      url: maskUrl(turn.url),
    },
    failingSince: turn.since.toISOString(),
  };
  const lastDeliveryId = formatId('dlv', turn.delivery_id);
  if (turn.kind === 'recovered') {
    return { type: 'webhook.recovered', data: { ...data, lastDeliveryId } };
  }
  const { failed_count: failedCount, error } = turn;
  const lastError = errorOf(error ?? 'internal');
  return { type: 'webhook.failing', data: { ...data, failedCount, lastError, lastDeliveryId } };
}

function errorOf(code: string): { code: string; sentence: string } {
  const known = Object.hasOwn(ATTEMPT_ERRORS, code) ? (code as AttemptErrorCode) : 'internal';
  return { code, sentence: attemptErrorMessage(known) };
}
