import { Alert, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useWebhookHealth, useWebhooks } from '../../api/webhooks.ts';
import { plural } from '../../ui/figures.ts';
import { AnchorLink } from '../../ui/links.tsx';

/** So many are named; the list of webhooks marks them all. */
const NAMED = 3;

/** Webhooks that keep failing now, whatever time the page shows; nothing when all do well. */
export function FailingWebhooks() {
  const { data: webhooks = [] } = useWebhooks();
  const { data: health } = useWebhookHealth();
  const failing = webhooks.filter(({ id }) => (health?.get(id)?.failingSince ?? null) !== null);
  if (failing.length === 0) return null;
  const more = failing.length - NAMED;
  return (
    <Alert
      color="red"
      role="status"
      icon={<TriangleAlert size={16} />}
      title={`${plural(failing.length, 'webhook keeps', 'webhooks keep')} failing`}
    >
      <Text size="sm">
        {failing.slice(0, NAMED).map(({ id, name }, index) => (
          <span key={id}>
            {index > 0 && ', '}
            <AnchorLink to="/settings/webhooks/$id" params={{ id }} inherit underline="always">
              {name}
            </AnchorLink>
          </span>
        ))}
        {more > 0 && ` and ${more} more`}
      </Text>
    </Alert>
  );
}
