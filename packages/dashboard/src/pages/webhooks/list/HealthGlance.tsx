import { Box, Group, Skeleton, Text } from '@mantine/core';
import { useWebhookHealth } from '../../../api/webhooks.ts';
import { formatRate, plural } from '../../../ui/figures.ts';
import { RelativeTime } from '../../../ui/RelativeTime.tsx';
import classes from './HealthGlance.module.css';
import { Sparkline } from './Sparkline.tsx';

/** The last 24 hours of a webhook: success rate, small chart, last delivery. */
export function HealthGlance({ webhookId }: { webhookId: string }) {
  const { data, isPending, isError } = useWebhookHealth();
  if (isPending) return <Skeleton h={38} w={200} />;
  if (isError) {
    return (
      <Text size="xs" c="dimmed">
        Health could not be loaded
      </Text>
    );
  }
  const health = data.get(webhookId);
  if (health === undefined || (health.total === 0 && health.lastDelivery === null)) {
    return (
      <Text size="xs" c="dimmed">
        Nothing delivered in 24 hours
      </Text>
    );
  }
  const { buckets, successRate, total, failed, lastDelivery } = health;
  return (
    <Group gap="sm" wrap="nowrap" align="center">
      <Sparkline buckets={buckets} />
      <Box className={classes.words}>
        <Text size="sm" className="figures" lh={1.3}>
          <Text span fw={600} inherit className={classes.rate} data-tone={tone(successRate)}>
            {successRate === null ? '–' : formatRate(successRate)}
          </Text>{' '}
          <Text span size="xs" c="dimmed" inherit>
            {failed === 0
              ? `of ${plural(total, 'delivery', 'deliveries')}`
              : `· ${plural(failed, 'failed', 'failed')}`}
          </Text>
        </Text>
        {lastDelivery !== null && (
          <Text size="xs" c="dimmed" lh={1.4}>
            {outcome(lastDelivery)} · <RelativeTime at={lastDelivery.at} />
          </Text>
        )}
      </Box>
    </Group>
  );
}

function tone(rate: number | null): 'good' | 'warn' | 'bad' | undefined {
  if (rate === null) return undefined;
  if (rate >= 0.99) return 'good';
  return rate >= 0.9 ? 'warn' : 'bad';
}

function outcome({ status, statusCode }: { status: string; statusCode: number | null }): string {
  if (status === 'pending') return 'On its way';
  if (statusCode !== null) return `Last: ${statusCode}`;
  return status === 'success' ? 'Last: success' : 'Last: no answer';
}
