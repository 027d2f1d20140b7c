import { TriangleAlert } from 'lucide-react';
import { useWebhookHealth } from '../../../api/webhooks.ts';
import classes from '../../../ui/StatusBadge.module.css';

/** Beside the name of a webhook that keeps failing; nothing beside others. */
export function FailingBadge({ webhookId }: { webhookId: string }) {
  const { data } = useWebhookHealth();
  if ((data?.get(webhookId)?.failingSince ?? null) === null) return null;
  return (
    <span className={classes.badge} data-status="failed">
      <TriangleAlert size={13} aria-hidden />
      Failing
    </span>
  );
}
