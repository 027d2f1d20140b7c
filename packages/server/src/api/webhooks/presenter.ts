import type { Webhook } from '@sydx/contract';
import { formatId } from '../../base/ids.ts';
import type { WebhookRow } from '../../store/webhooks.ts';

/** Only who may change a webhook may see one, so the URL, which is a credential, is shown in full. */
export function presentWebhook(row: WebhookRow): Webhook {
  return {
    id: formatId('whk', row.id),
    name: row.name,
    url: row.url,
    events: row.events,
    enabled: row.enabled,
    filter: row.filter,
    integration: row.integration,
    secretHint: row.secret_hint,
    failingSince: row.failing_since?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
