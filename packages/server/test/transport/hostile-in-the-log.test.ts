import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AttemptErrorCode, attemptErrorMessage } from '@sydx/contract';
import { createResolver } from '../../src/transport/resolve.ts';
import {
  type CertificateAuthority,
  createAuthority,
  createSelfSigned,
  EXPIRED,
} from '../kit/certificates.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import {
  eventually,
  makeEvent,
  makeTenant,
  makeWebhook,
  startTestEngine,
  type TestEngine,
} from '../kit/engine.ts';
import { HOSTILITIES } from '../kit/hostile-receivers.ts';
import { type NameServer, startNameServer } from '../kit/name-server.ts';
import { startRawReceiver, startReceiver, startSilentReceiver } from '../kit/receivers.ts';
import { ranges } from './setup.ts';

const EVENTS = ['message.received'];
/** One retry, soon: every receiver is tried twice. */
const ATTEMPTS = 2;

/** An attempt as the log has it. */
interface Row {
  number: number;
  status_code: number | null;
  error: string | null;
  duration_ms: number;
  response_body: Buffer | null;
}

let authority: CertificateAuthority;
let nameServer: NameServer;
let database: TestDatabase;
let node: TestEngine;
const receivers: { close(): Promise<void> }[] = [];
const outOfBand: unknown[] = [];
const onOutOfBand = (error: unknown) => outOfBand.push(error);

/** Names that the name server answers truthfully, in its own ways. */
const NAMES: Readonly<Record<string, { rcode: number; addresses?: string[] } | null>> = {
  'unknown.example.com': { rcode: 3 },
  'empty.example.com': { rcode: 0 },
  'failing.example.com': { rcode: 2 },
  'stalled.example.com': null,
  'private.example.com': { rcode: 0, addresses: ['10.0.0.1'] },
  'metadata.example.com': { rcode: 0, addresses: ['169.254.169.254'] },
  'mixed.example.com': { rcode: 0, addresses: ['127.0.0.1', '10.0.0.1'] },
};

beforeAll(async () => {
  process.on('uncaughtException', onOutOfBand);
  process.on('unhandledRejection', onOutOfBand);
  authority = await createAuthority();
  nameServer = await startNameServer((name, type) => {
    if (name === 'garbage.example.com') return Buffer.from('818000010001', 'hex');
    const reply = NAMES[name];
    if (reply === undefined) return { rcode: 3 };
    return reply === null || type === 1 ? reply : { rcode: reply.rcode };
  });
  database = await createDatabase();
  node = await startTestEngine(database.url, {
    retryScheduleSeconds: [0.1],
    logLevel: 'silent',
    transport: {
      ca: authority.ca,
      allowNetworks: ranges('127.0.0.0/8', '::1'),
      resolve: createResolver({ servers: [nameServer.address], hostsPath: '/dev/null' }),
    },
  });
});

afterAll(async () => {
  await node.stop();
  for (const receiver of receivers) await receiver.close();
  nameServer.close();
  await database.drop();
  process.off('uncaughtException', onOutOfBand);
  process.off('unhandledRejection', onOutOfBand);
});

/** Publishes one event to these URLs and to a healthy one. @returns the attempts at each, in order */
async function attemptsAt(tenant: string, urls: readonly string[]): Promise<Row[][]> {
  const tenantNo = await makeTenant(node.database, tenant);
  const healthy = await startReceiver();
  receivers.push(healthy);
  await makeWebhook(node, { tenantNo, url: healthy.origin, events: EVENTS });
  const webhooks: { id: string }[] = [];
  for (const url of urls) webhooks.push(await makeWebhook(node, { tenantNo, url, events: EVENTS }));
  await node.engine.publish([makeEvent(tenantNo, tenant, 1)]);
  // While most of them still hang, what is published next arrives at once.
  for (let n = 0; n < 5; n += 1) {
    await node.engine.publish([makeEvent(tenantNo, `${tenant}-more`, n)]);
  }
  await eventually('the healthy receiver is served', () => healthy.requests.length === 6);
  return Promise.all(webhooks.map(({ id }) => attemptsOf(id)));
}

/** Waits for the end of a webhook's first delivery. */
async function attemptsOf(webhookId: string): Promise<Row[]> {
  const { general } = node.database;
  let rows: Row[] = [];
  await eventually(
    `the delivery of webhook ${webhookId} ends`,
    async () => {
      const columns = 'status_code, error, duration_ms, response_body';
      const result = await general.query<Row>(
        `with first as (select * from sydx.deliveries where webhook_id = $1 order by id limit 1)
         select number, a.status_code, a.error, a.duration_ms, a.response_body
           from sydx.attempts a join first on first.id = a.delivery_id
         union all select attempt_count, ${columns} from first order by number`,
        [webhookId],
      );
      ({ rows } = result);
      return rows.length > 0;
    },
    60_000,
  );
  return rows;
}

function expectEach(rows: readonly Row[], statusCode: number | null, error: string | null): void {
  expect(rows).toHaveLength(error === null ? 1 : ATTEMPTS);
  for (const row of rows) {
    expect(row).toMatchObject({ status_code: statusCode, error });
    expect(row.duration_ms).toBeLessThan(7_000);
    expect(row.response_body?.length ?? 0).toBeLessThanOrEqual(8_192);
  }
}

describe('in the log, through the engine', () => {
  it('each hostile receiver, over TCP and over TLS, is recorded truthfully and retried, and no other delivery notices', async () => {
    const certificate = await authority.issue({ hosts: ['localhost'] });
    const cases = HOSTILITIES.flatMap((hostility) =>
      [{}, { certificate }].map((options) => ({ ...hostility, options })),
    );
    const urls: string[] = [];
    for (const { act, options } of cases) {
      const receiver = await startRawReceiver(act, options);
      receivers.push(receiver);
      urls.push(receiver.origin);
    }
    const found = await attemptsAt('hostile', urls);
    for (const [n, { name, statusCode, error }] of cases.entries()) {
      expect([name, found[n]?.at(-1)?.error]).toEqual([name, error]);
      expectEach(found[n] ?? [], statusCode, error);
    }
    const odd = cases.findIndex(({ name }) => name.includes('body of a failure'));
    expect(found[odd]?.at(-1)?.response_body?.subarray(0, 2)).toEqual(Buffer.from([0, 27]));
    expect(outOfBand).toEqual([]);
  }, 120_000);

  it('certificates, a stalled handshake and DNS that fails, stalls or lies: each its own code and a sentence', async () => {
    const serve = async (certificate: { key: string; cert: string }): Promise<string> => {
      const receiver = await startReceiver(undefined, { certificate });
      receivers.push(receiver);
      return receiver.origin;
    };
    const silent = await startSilentReceiver();
    const plain = await startReceiver();
    receivers.push(silent, plain);
    const stranger = await createAuthority('Somebody Else');
    const hosts = ['localhost'];
    const cases: [url: string, error: AttemptErrorCode, sentence: RegExp][] = [
      [await serve(await authority.issue({ hosts, ...EXPIRED })), 'tls_expired', /expired.*Renew/],
      [await serve(await createSelfSigned({ hosts })), 'tls_self_signed', /self-signed.*Install/],
      [
        await serve(await authority.issue({ hosts: ['other.example.com'] })),
        'tls_wrong_host',
        /another host name/,
      ],
      [await serve(await stranger.issue({ hosts })), 'tls_untrusted', /not from a trusted/],
      [`https://localhost:${plain.port}/`, 'tls_handshake_failed', /No secure connection/],
      [`https://localhost:${silent.port}/`, 'timeout', /within 5 seconds/],
      ['https://unknown.example.com/', 'dns_not_found', /does not exist/],
      ['https://empty.example.com/', 'dns_not_found', /does not exist/],
      ['https://failing.example.com/', 'dns_failed', /could not be looked up/],
      ['https://stalled.example.com/', 'dns_failed', /could not be looked up/],
      ['https://garbage.example.com/', 'dns_failed', /could not be looked up/],
      ['https://private.example.com/', 'address_refused', /private or reserved/],
      ['https://metadata.example.com/', 'address_refused', /private or reserved/],
      ['https://mixed.example.com/', 'address_refused', /private or reserved/],
    ];
    const found = await attemptsAt(
      'certificates',
      cases.map(([url]) => url),
    );
    for (const [n, [url, error, sentence]] of cases.entries()) {
      expect([url, found[n]?.at(-1)?.error]).toEqual([url, error]);
      expectEach(found[n] ?? [], null, error);
      expect(attemptErrorMessage(error)).toMatch(sentence);
    }
  }, 120_000);

  it('what the guard refuses at send is recorded as address_refused and retried like any other', async () => {
    const urls = [
      'https://10.0.0.1/',
      'http://169.254.169.254/latest/meta-data',
      'https://[::ffff:7f00:1]/',
      'https://private.example.com/',
    ];
    for (const rows of await attemptsAt('refused', urls)) {
      expectEach(rows, null, 'address_refused');
      expect(rows.map(({ number }) => number)).toEqual([1, 2]);
    }
  });
});
