import { Alert, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useRejectedEvents } from '../../api/rejected-events.ts';
import { plural } from '../../ui/figures.ts';
import { AnchorLink } from '../../ui/links.tsx';

/** Where people look for events that are missing; nothing when none was rejected. */
export function RejectedNotice() {
  const { data, hasNextPage } = useRejectedEvents();
  const count = data?.pages.reduce((sum, page) => sum + page.data.length, 0) ?? 0;
  if (count === 0) return null;
  const title = `${plural(count, 'event was', 'events were')} rejected`;
  return (
    <Alert
      color="yellow"
      role="status"
      icon={<TriangleAlert size={16} />}
      // Counting them all would cost as much as reading them.
      title={hasNextPage ? `More than ${title}` : title}
    >
      <Text size="sm">
        The CRM published {count === 1 ? 'it' : 'them'}, and nothing was sent.{' '}
        <AnchorLink to="/settings/webhooks/rejected" inherit underline="always">
          See why
        </AnchorLink>
      </Text>
    </Alert>
  );
}
