import { randomBytes } from 'node:crypto';
import type { Scope } from '@sydx/contract';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import type { KeyFile, RegisterRoutes } from '../../src/api/context.ts';
import { buildServer } from '../../src/api/server.ts';
import { apiKeyHint, generateApiKey, hashApiKey } from '../../src/auth/api-key.ts';
import { DatabaseClock } from '../../src/base/clock.ts';
import { createLog } from '../../src/base/log.ts';
import { loadSettings } from '../../src/base/settings.ts';
import { insertApiKey } from '../../src/store/api-keys.ts';
import { SYSTEM } from '../../src/store/audit-log.ts';
import { checkUrlResolves } from '../../src/transport/check-url.ts';
import { toNetworks } from '../../src/transport/guard.ts';
import { OwnInboxes } from '../../src/transport/own-inboxes.ts';
import { createResolver } from '../../src/transport/resolve.ts';
import {
  secretInAnswer,
  secretsInText,
  secretsOf,
  watchBody,
  watchFor,
} from './secrets-in-clear.ts';
import { makeTenant, startTestEngine, type TestEngine } from './engine.ts';

export const TENANT_SCOPES: readonly Scope[] = [
  'events:write',
  'deliveries:read',
  'webhooks:admin',
];
export const PUBLIC_URL = 'http://127.0.0.1:8080';

export interface Call {
  /** An API key; none when left out. */
  readonly key?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, as JSON unless `headers` say otherwise. */
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: LightMyRequestResponse['headers'];
  readonly text: string;
  /** The parsed body; undefined when there is none. */
  readonly body: any; // oxlint-disable-line typescript/no-explicit-any
}

/** One node's API with a real engine behind it, on a database of its own. */
export interface TestApi extends TestEngine {
  readonly app: FastifyInstance;
  /** Everything that was logged so far. */
  readonly logged: () => string;
  readonly operatorKey: string;
  call(method: string, path: string, call?: Call): Promise<Answer>;
  /** A key straight in the tables; null for one of the operator's. */
  makeKey(tenantNo: number | null, scopes: readonly Scope[]): Promise<string>;
  /** A tenant with a key that holds every tenant scope. */
  makeTenantWithKey(id: string): Promise<{ id: string; no: number; key: string }>;
  setStopping(isStopping: boolean): void;
  close(): Promise<void>;
}

/** @param url of a migrated database (see createDatabase) */
export async function startTestApi(
  url: string,
  options: {
    env?: Readonly<Record<string, string>>;
    more?: readonly RegisterRoutes[];
    retryScheduleSeconds?: readonly number[];
    ownKey?: KeyFile;
  } = {},
): Promise<TestApi> {
  const settings = loadSettings({
    PUBLIC_URL,
    ALLOW_HTTP_TARGETS: 'true',
    ALLOW_TARGET_NETWORKS: '127.0.0.0/8',
    ...options.env,
  });
  const engine = await startTestEngine(url, {
    ...(options.retryScheduleSeconds && { retryScheduleSeconds: options.retryScheduleSeconds }),
  });
  const lines: string[] = [];
  const log = createLog('debug', {
    write: (line) => {
      lines.push(line);
    },
  });
  const ownInboxes = settings.inbox ? new OwnInboxes(() => settings.publicUrl) : null;
  const policy = {
    allowHttp: settings.allowHttpTargets,
    allowNetworks: toNetworks(settings.allowTargetNetworks),
    exempt: [],
    publicUrl: settings.publicUrl,
    ownInboxes,
  };
  const resolve = createResolver();
  let isStopping = false;
  const app = buildServer(
    {
      settings,
      publicUrl: () => settings.publicUrl,
      database: engine.database,
      engine: engine.engine,
      checkUrl: (text) => checkUrlResolves(text, policy, resolve),
      keyring: engine.keyring,
      randomBytes,
      ownKey: options.ownKey ?? null,
      clock: new DatabaseClock(Date.now()),
      log,
      metrics: engine.metrics,
      readMetrics: () => engine.metrics.registry.metrics(),
      isLeaving: () => isStopping,
      isStopping: () => isStopping,
    },
    options.more,
  );
  await app.ready();

  async function makeKey(tenantNo: number | null, scopes: readonly Scope[]): Promise<string> {
    const key = generateApiKey(randomBytes);
    const stored = { tenantNo, name: 'test', hash: hashApiKey(key), hint: apiKeyHint(key), scopes };
    await insertApiKey(engine.database.general, stored, SYSTEM);
    return key;
  }

  return {
    ...engine,
    app,
    logged: () => lines.join(''),
    operatorKey: await makeKey(null, ['operator']),
    makeKey,
    async call(method, path, { key, body, raw, headers } = {}) {
      const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
      const response = await app.inject({
        method: method as 'GET',
        url: path,
        headers: {
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(payload === undefined ? {} : { payload }),
      });
      const isJson = /json/.test(String(response.headers['content-type']));
      const answer = {
        status: response.statusCode,
        headers: response.headers,
        text: response.body,
        body: isJson ? JSON.parse(response.body) : undefined,
      };
      watchFor(url, key);
      watchBody(url, body);
      watchBody(url, answer.body);
      for (const cookie of [answer.headers['set-cookie'] ?? []].flat()) {
        watchFor(url, cookie.split(';', 1)[0]?.split('=')[1]);
      }
      const shown = secretInAnswer(`${method} ${path.split('?')[0]}`, answer.text);
      if (shown !== null) throw new Error(shown);
      return answer;
    },
    async makeTenantWithKey(id) {
      const no = await makeTenant(engine.database, id);
      return { id, no, key: await makeKey(no, TENANT_SCOPES) };
    },
    setStopping: (value) => {
      isStopping = value;
    },
    async close() {
      await app.close();
      await engine.stop();
      const found = secretsInText(lines.join(''), secretsOf(url));
      if (found.length > 0) throw new Error(`The log holds ${found.join(', ')}.`);
    },
  };
}
