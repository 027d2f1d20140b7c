import type { Pool } from 'pg';
import type { Stage } from './stage.ts';

/** What a request may store of a tenant's, without what goes on by itself meanwhile. */
const OF_TENANT: Readonly<Record<string, string>> = {
  tenants: 'no, id, name, plan',
  memberships: 'person_id, role',
  api_keys: 'id, name, scopes, revoked_at',
  webhooks: 'id, name, url, events, enabled, secret_sealed, deleted_at',
  subscriptions: 'type, webhook_id',
  events: 'id',
  sources: 'id, name, settings, secrets_sealed',
  replays: 'id',
  contacts: 'identifier, name',
  links: 'id, used_at',
  sessions: 'id',
  audit_log: 'id',
};

const part = (table: string, columns: string): string => {
  const key = table === 'tenants' ? 'no' : 'tenant_no';
  return `(select md5(coalesce(string_agg(r::text, '|' order by r::text), '')) from
    (select ${columns} from sydx.${table} where ${key} = any($1::int[])) r) as ${table}`;
};

const FINGERPRINT = `select
  ${Object.entries(OF_TENANT)
    .map(([table, columns]) => part(table, columns))
    .join(',\n')},
  (select count(*)::int from sydx.tenants) as tenant_count,
  (select count(*)::int from sydx.people) as people,
  (select md5(string_agg(password_hash, '|' order by id)) from sydx.people) as passwords,
  (select count(*)::int from sydx.idempotency_keys) as idempotency_keys,
  (select count(*)::int from sydx.redeliveries where replay_id is null) as redeliveries`;

/** A checksum of each table of the stage's tenants. Two that are equal: nothing was stored between. */
export type Fingerprint = Readonly<Record<string, string | number>>;

export async function tenantNumbers(pool: Pool, stage: Stage): Promise<number[]> {
  const { rows } = await pool.query<{ no: number }>(
    'select no from sydx.tenants where id = any($1)',
    [[stage.own.tenant, stage.foreign.tenant]],
  );
  return rows.map(({ no }) => no);
}

export async function fingerprint(pool: Pool, tenants: readonly number[]): Promise<Fingerprint> {
  const { rows } = await pool.query<Fingerprint>({
    name: 'fingerprint',
    text: FINGERPRINT,
    values: [tenants],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('The fingerprint answered no row.');
  return row;
}

export function differences(before: Fingerprint, after: Fingerprint): string[] {
  return Object.keys(before).filter((table) => before[table] !== after[table]);
}
