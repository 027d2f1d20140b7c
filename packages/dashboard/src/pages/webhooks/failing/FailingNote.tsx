import { ATTEMPT_ERRORS, type WebhookHealth } from '@sydx/contract';
import { Box, Group, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useWebhookHealth } from '../../../api/webhooks.ts';
import { AnchorLink } from '../../../ui/links.tsx';
import { RelativeTime } from '../../../ui/RelativeTime.tsx';
import classes from './FailingNote.module.css';

/** Since when a webhook keeps failing, why, and where to look; it goes away with the next success. */
export function FailingNote({ webhookId }: { webhookId: string }) {
  const { data } = useWebhookHealth();
  const health = data?.get(webhookId);
  if (health === undefined || health.failingSince === null) return null;
  return (
    <Group role="status" gap="xs" wrap="nowrap" align="flex-start" className={classes.note}>
      <TriangleAlert size={16} aria-hidden className={classes.icon} />
      <Box>
        <Text size="sm" fw={600}>
          This webhook keeps failing
        </Text>
        <Text size="sm">
          It began <RelativeTime at={health.failingSince} />. {lastError(health.lastDelivery)}
        </Text>
        <AnchorLink
          to="/settings/webhooks/logs"
          search={{ webhook: webhookId, status: 'failed' }}
          size="sm"
        >
          See its failed deliveries
        </AnchorLink>
      </Box>
    </Group>
  );
}

type LastDelivery = WebhookHealth['data'][number]['lastDelivery'];

function lastError(last: LastDelivery): string {
  if (last?.status !== 'failed' || last.error === null) return '';
  const known = Object.entries(ATTEMPT_ERRORS).find(([code]) => code === last.error)?.[1];
  const status = last.statusCode === null ? '' : `${last.statusCode} · `;
  return known === undefined ? '' : `Last: ${status}${known.summary} ${known.advice}`;
}
