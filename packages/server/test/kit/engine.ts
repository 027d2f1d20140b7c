import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { type Integration, LIMITS } from '@sydx/contract';
import { pino } from 'pino';
import { DatabaseClock } from '../../src/base/clock.ts';
import type { Log } from '../../src/base/log.ts';
import { createMetrics, type Metrics } from '../../src/base/metrics.ts';
import type { Role } from '../../src/base/settings.ts';
import { cidr } from '../../src/base/settings-readers.ts';
import { type RunningEngine, startEngine } from '../../src/engine/create-engine.ts';
import { deliveredBody } from '../../src/exact/index.ts';
import { createKeyring, type Keyring } from '../../src/signing/sealing.ts';
import { generateSecret } from '../../src/signing/secrets.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import type { NewEvent } from '../../src/store/publish-events.ts';
import { createResolver } from '../../src/transport/resolve.ts';
import { createTransport, type TransportOptions } from '../../src/transport/transport.ts';

/** An engine with its own pools and transport, as a node has them. */
export interface TestEngine {
  engine: RunningEngine;
  database: Database;
  metrics: Metrics;
  keyring: Keyring;
  /** Stops in order, as SIGTERM does. */
  stop(): Promise<void>;
}

const KEY = Buffer.alloc(32, 7).toString('base64');

/** @param url of a migrated database (see createDatabase) */
export async function startTestEngine(
  url: string,
  options: {
    role?: Role;
    retryScheduleSeconds?: readonly number[];
    logLevel?: string;
    log?: Log;
    transport?: Partial<TransportOptions>;
  } = {},
): Promise<TestEngine> {
  const log =
    options.log ?? pino({ level: options.logLevel ?? process.env['TEST_LOG_LEVEL'] ?? 'error' });
  const database = openDatabase(url, (error) => log.warn({ err: error }, 'connection'));
  const metrics = createMetrics();
  const keyring = createKeyring({ current: KEY }, randomBytes);
  const loopback = cidr('127.0.0.0/8');
  if (!('value' in loopback)) throw new Error(loopback.wrong);
  const transport = createTransport({
    deadlineMs: LIMITS.attemptDeadlineMs,
    responseBodyLimitBytes: LIMITS.responseBodyBytes,
    allowHttp: true,
    allowNetworks: [loopback.value],
    resolve: createResolver(),
    maxSocketsPerOrigin: 128,
    maxIdleSockets: 256,
    ...options.transport,
  });
  const engine = await startEngine({
    database,
    transport,
    keyring,
    clock: new DatabaseClock(Date.now()),
    log,
    metrics,
    settings: {
      role: options.role ?? 'all',
      retryScheduleSeconds: options.retryScheduleSeconds ?? [5, 30, 120],
      retentionDays: 30,
      auditRetentionDays: 400,
    },
    hostName: hostname(),
  });
  return {
    engine,
    database,
    metrics,
    keyring,
    stop: async () => {
      await engine.stop();
      await transport.close();
      await database.close();
    },
  };
}

/** @returns the tenant's internal number */
export async function makeTenant(database: Database, id: string): Promise<number> {
  const { rows } = await database.general.query<{ no: number }>(
    'insert into sydx.tenants (id, name) values ($1, $1) returning no',
    [id],
  );
  return rows[0]?.no ?? 0;
}

export interface TestWebhook {
  id: string;
  secret: string;
}

/** A webhook straight in the tables, as the API's statements leave it. */
export async function makeWebhook(
  { database, keyring }: Pick<TestEngine, 'database' | 'keyring'>,
  webhook: { tenantNo: number; url: string; events: string[]; integration?: Integration },
): Promise<TestWebhook> {
  const secret = generateSecret(randomBytes);
  const id = (await database.general.query<{ id: string }>('select sydx.new_id() as id')).rows[0]
    ?.id;
  if (id === undefined) throw new Error('No id.');
  const { keyId, sealed } = keyring.seal(secret, `webhook:${id}`);
  await database.general.query(
    `with clock as (update sydx.settings_clock set version = version + 1 returning version),
     made as (insert into sydx.webhooks (id, tenant_no, name, url, events, secret_key_id, secret_sealed,
         secret_hint, version, integration)
       select $1, $2, 'test', $3, $4, $5, $6, right($7, 4), version, $8 from clock)
     insert into sydx.subscriptions (tenant_no, type, webhook_id) select $2, unnest($4::text[]), $1`,
    [
      id,
      webhook.tenantNo,
      webhook.url,
      webhook.events,
      keyId,
      sealed,
      secret,
      webhook.integration ?? null,
    ],
  );
  return { id, secret };
}

/** An event ready to be published. */
export function makeEvent(tenantNo: number, tenantId: string, n: number | string): NewEvent {
  const type = 'message.received';
  const data = { contact: '919876543210', name: 'John Doe', body: `Hello ${n}`, type: 'text' };
  const made = deliveredBody({ type, timestamp: new Date().toISOString(), tenantId, data });
  if (!made.ok) throw new Error(made.code);
  return { tenantNo, type, body: made.body };
}

/** Waits until a condition holds. @throws Error with `what` when it does not within the time */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 30_000,
): Promise<void> {
  const until = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > until) throw new Error(`Did not happen in ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
