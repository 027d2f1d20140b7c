import { formatId } from '../../src/base/ids.ts';
import type { Database } from '../../src/store/database.ts';

/** A rejected event straight in the tables, as a relay leaves it. @returns its id, `rej_…` */
export async function makeRejected(
  { general }: Pick<Database, 'general'>,
  rejected: { tenant: string; type: string; data: object; key?: string },
): Promise<string> {
  const { rows } = await general.query<{ id: string }>(
    `insert into sydx.outbox_rejected
      (installation, number, tenant, type, data, key, published_at, code, detail, errors)
    values (gen_random_uuid(), 1, $1, $2, $3, $4, now(), 'invalid_data', 'It was bad.', '[]')
    returning id`,
    [rejected.tenant, rejected.type, JSON.stringify(rejected.data), rejected.key ?? null],
  );
  return formatId('rej', rows[0]?.id ?? '0');
}
