import type { EventTypeEntry } from '@sydx/contract';
import type { EventTypeRow } from '../../store/event-types.ts';

export function presentEventType(row: EventTypeRow): EventTypeEntry {
  return {
    type: row.type,
    description: row.description,
    origin: row.tenant_no === null ? 'operator' : 'tenant',
    publishable: true,
    subscribable: true,
    schema: row.schema,
    sample: row.sample,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
