import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CrmDatabase, createCrmDatabase } from '../outbox/database.ts';
import { snippet } from '../snippet.ts';
import { setStage, type Stage } from './stage.ts';

const run = promisify(execFile);

let stage: Stage;
let crm: CrmDatabase;
beforeAll(async () => {
  [stage, crm] = await Promise.all([setStage(), createCrmDatabase()]);
});
afterAll(async () => {
  await Promise.all([stage.close(), crm.close()]);
});
beforeEach(() => stage.clear());

/** Runs the code under a heading as a program. @returns what it printed */
async function follow(title: string): Promise<string> {
  const args = ['--input-type=module-typescript', '-e', snippet(title)];
  const env = {
    ...process.env,
    SYDX_URL: stage.front.origin,
    SYDX_API_KEY: stage.apiKey,
    DATABASE_URL: crm.url,
  };
  return (await run(process.execPath, args, { cwd: join(import.meta.dirname, '../..'), env }))
    .stdout;
}

async function types(): Promise<string[]> {
  const { rows } = await stage.api.database.general.query<{ type: string }>(
    'select type from sydx.events order by id',
  );
  return rows.map(({ type }) => type);
}

describe('the README', () => {
  it('shows how to publish', async () => {
    expect(await follow('Publish')).toMatch(/^evt_\w{13}\n$/);
    expect(await types()).toEqual(['lead.assigned']);
  });

  it('shows what a failure tells', async () => {
    expect(await follow('When it fails')).toMatch(
      /^refused\ninvalid_data\n\[\n? +\{\n? +pointer: '\/data\/contact'/,
    );
    expect(await types()).toEqual([]);
  });

  it('shows a buffer', async () => {
    expect(await follow('A buffer in memory')).toBe('');
    expect(await types()).toEqual(Array.from({ length: 25 }, () => 'message.sent'));
  });

  it('shows how to publish in the transaction of pg', async () => {
    await crm.pool.query('drop table leads; create table leads (id int, agent text)');
    expect(await follow('In your own transaction')).toBe('');
    expect(await crm.outbox()).toMatchObject([{ tenant: 'acme', type: 'lead.assigned' }]);
  });
});
