import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CreatedWebhook, Role } from '@sydx/contract';
import { type App, startApp } from '../../../../server/src/app.ts';
import { createLog } from '../../../../server/src/base/log.ts';
import { loadSettings } from '../../../../server/src/base/settings.ts';
import { makePerson, PASSWORD } from '../../../../server/test/kit/people.ts';

const BUILD = fileURLToPath(new URL('../../../../../scripts/build-dashboard.ts', import.meta.url));

export const ADMIN = { email: 'ana@example.com', password: PASSWORD };

const API_KEY = `sydx_${'k'.repeat(43)}`;
const OPERATOR_KEY = `sydx_${'o'.repeat(43)}`;

interface Sample {
  readonly type: string;
  readonly sample: object;
}

/** The product as `npm start` runs it. Ana is the tenant acme's admin. */
export interface Product {
  /** Where it listens, no trailing slash. */
  readonly address: string;
  readonly app: App;
  /** The API, with the key of the tenant acme unless another is given. @throws when it refuses */
  call<Answer = unknown>(request: string, body?: unknown, key?: string): Promise<Answer>;
  readonly operatorKey: string;
  /** The catalogue's sample of a type, with fields of its data changed. @returns the event's id */
  publish(type: string, changes?: object): Promise<string>;
  createWebhook(name: string, url: string, ...events: string[]): Promise<CreatedWebhook>;
  /** A person of the tenant acme, who signs in with PASSWORD. */
  addPerson(email: string, role: Role): Promise<{ email: string; password: string }>;
  close(): Promise<void>;
}

/** @param env settings, which say at least where the database is */
export async function launchProduct(env: Readonly<Record<string, string>>): Promise<Product> {
  if (spawnSync(process.execPath, [BUILD], { stdio: 'inherit' }).status !== 0) {
    throw new Error('The dashboard could not be built.');
  }
  const settings = loadSettings({
    PORT: '0',
    ALLOW_HTTP_TARGETS: 'true',
    ALLOW_TARGET_NETWORKS: '127.0.0.0/8',
    BOOTSTRAP_TENANT: 'acme',
    BOOTSTRAP_API_KEY: API_KEY,
    OPERATOR_API_KEY: OPERATOR_KEY,
    BOOTSTRAP_ADMIN_EMAIL: ADMIN.email,
    BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
    ...env,
  });
  const app = await startApp(settings, {
    log: createLog('error'),
    onGenerated: () => Promise.resolve(),
    onInstalled: () => undefined,
    onFatal: (error) => {
      throw error;
    },
  });
  const { address } = app;

  async function call<Answer>(request: string, body?: unknown, key = API_KEY): Promise<Answer> {
    const [method = '', path = ''] = request.split(' ');
    const response = await fetch(`${address}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${request} answered ${response.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  }

  let samples: Sample[] | undefined;
  return {
    address,
    app,
    call,
    operatorKey: OPERATOR_KEY,
    publish: async (type, changes = {}) => {
      samples ??= (await call<{ data: Sample[] }>('GET /v1/event-types')).data;
      const sample = samples.find((one) => one.type === type)?.sample;
      const data = { ...sample, ...changes };
      const { id } = await call<{ id: string }>('POST /v1/events', { type, data });
      return id;
    },
    createWebhook: async (name, url, ...events) => call('POST /v1/webhooks', { name, url, events }),
    addPerson: async (email, role) => {
      const tenantNo = app.installation?.tenant.no ?? 0;
      await makePerson(app, [{ tenantNo, role }], email);
      return { email, password: PASSWORD };
    },
    close: () => app.stop(),
  };
}
