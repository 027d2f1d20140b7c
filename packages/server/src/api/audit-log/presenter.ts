import type { AuditEntry } from '@sydx/contract';
import { formatId, timeOfId } from '../../base/ids.ts';
import type { AuditRow } from '../../store/read-audit-log.ts';

export function presentAuditEntry(row: AuditRow): AuditEntry {
  return {
    id: formatId('aud', row.id),
    createdAt: new Date(timeOfId(row.id)).toISOString(),
    tenantId: row.tenant_id,
    action: row.action,
    actor: {
      kind: row.actor_kind,
      id: row.actor_id,
      name: row.actor_name,
      address: row.address,
    },
    object: { kind: row.object_kind, id: row.object_id, name: row.object_name },
    changes: row.changes.map(({ field, before, after }) => ({ field, before, after })),
  };
}
