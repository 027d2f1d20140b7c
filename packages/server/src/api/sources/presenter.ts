import { type Source, SOURCE_KINDS } from '@sydx/contract';
import { formatId } from '../../base/ids.ts';
import type { SourceRow } from '../../store/sources.ts';
import { kindOf } from './settings.ts';

/** @param publicUrl without a trailing slash */
export function presentSource(row: SourceRow, publicUrl: string): Source {
  const id = formatId('src', row.id);
  const kind = kindOf(row);
  const common = {
    id,
    name: row.name,
    url: `${publicUrl}/hooks/${id}`,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    lastReceivedAt: row.last_received_at?.toISOString() ?? null,
  };
  // Only what the contract shows gets out, whatever the row holds.
  const settings = SOURCE_KINDS[kind].shown.parse(row.settings);
  return { ...common, kind, settings } as Source;
}
