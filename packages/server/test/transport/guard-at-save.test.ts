import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, startTestApi, type TestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { samples, SPECIAL_V4, SPECIAL_V6 } from './iana.ts';
import { carriers, spellingsV4, spellingsV6 } from './spellings.ts';

let database: TestDatabase;
let api: TestApi;
let acme: { id: string; no: number; key: string };

beforeAll(async () => {
  database = await createDatabase();
  api = await startTestApi(database.url, {
    env: { ALLOW_TARGET_NETWORKS: '', ALLOW_HTTP_TARGETS: '' },
  });
  acme = await api.makeTenantWithKey('acme');
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

function save(url: string): Promise<Answer> {
  const body = { name: 'n8n', url, events: ['lead.captured'] };
  return api.call('POST', '/v1/webhooks', { key: acme.key, body });
}

async function expectRefused(host: string): Promise<void> {
  const { status, body } = await save(`https://${host}/hook`);
  expect([host, status, body.code]).toEqual([host, 422, 'url_refused']);
  expect(JSON.stringify(body)).toContain('private or reserved address');
}

describe('the address guard, when a webhook is saved', () => {
  it.each(SPECIAL_V4)(
    'refuses %s (IPv4), spelled in any way or carried by IPv6',
    async (_n, base, bits) => {
      const [, middle = ''] = samples(base, bits);
      const [carrier = ''] = carriers(middle).slice(1);
      for (const host of [...spellingsV4(middle), `[${carrier}]`]) await expectRefused(host);
    },
  );

  it.each(SPECIAL_V6)('refuses %s (IPv6)', async (_name, base, bits) => {
    const [first = ''] = samples(base, bits);
    for (const host of spellingsV6(first)) await expectRefused(host);
  });

  it('refuses it in a change as well, and nothing of what was refused is stored', async () => {
    const created = await save('https://8.8.8.8/hook');
    expect(created.status).toBe(201);
    const path = `/v1/webhooks/${created.body.id}`;
    for (const url of ['https://2130706433/', 'https://[::ffff:a00:1]/', 'https://localhost/']) {
      const changed = await api.call('PATCH', path, { key: acme.key, body: { url } });
      expect([url, changed.status, changed.body.code]).toEqual([url, 422, 'url_refused']);
    }
    const { rows } = await api.database.general.query<{ url: string }>(
      'select url from sydx.webhooks',
    );
    expect(rows).toEqual([{ url: 'https://8.8.8.8/hook' }]);
  });
});
