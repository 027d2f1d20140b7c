import type { Pool } from 'pg';

/** A webhook that would get events of these types, were it enabled. */
export interface DisabledSubscriber {
  name: string;
  events: string[];
}

/** By webhooks_by_tenant: a tenant has 500 at most. */
export async function disabledSubscribers(
  pool: Pool,
  tenantNo: number,
): Promise<DisabledSubscriber[]> {
  const { rows } = await pool.query<DisabledSubscriber>(
    `select name, events from sydx.webhooks
     where tenant_no = $1 and deleted_at is null and not enabled order by id`,
    [tenantNo],
  );
  return rows;
}
