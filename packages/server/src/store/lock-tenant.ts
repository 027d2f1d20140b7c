import type { Transaction } from './transaction.ts';

/** Holds the tenant's row until the transaction ends, so that two at once don't pass one of its limits together. */
export async function lockTenant(client: Transaction, tenantNo: number): Promise<void> {
  await client.query('select from sydx.tenants where no = $1 for no key update', [tenantNo]);
}
