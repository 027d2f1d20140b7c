import type { Replay } from '@sydx/contract';
import { formatId } from '../../base/ids.ts';
import type { ReplayRow } from '../../store/replays.ts';

export function presentReplay(row: ReplayRow): Replay {
  return {
    id: formatId('rpl', row.id),
    webhookId: formatId('whk', row.webhook_id),
    from: row.from_time.toISOString(),
    to: row.to_time.toISOString(),
    status: row.status,
    state: stateOf(row),
    count: row.count,
    replayed: row.replayed,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

function stateOf({ cancelled, finished_at }: ReplayRow): Replay['state'] {
  if (cancelled) return 'cancelled';
  return finished_at === null ? 'running' : 'finished';
}
