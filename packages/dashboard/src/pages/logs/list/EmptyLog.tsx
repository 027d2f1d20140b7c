import { Anchor, Button } from '@mantine/core';
import { Inbox, SearchX } from 'lucide-react';
import { useWebhooks } from '../../../api/webhooks.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { isFiltered, type LogFilters } from '../filters.ts';
import { ButtonLink } from '../../../ui/links.tsx';

interface EmptyLogProps {
  filters: LogFilters;
  onClear: () => void;
  onUnmatched: () => void;
}

export function EmptyLog({ filters, onClear, onUnmatched }: EmptyLogProps) {
  const { data: webhooks } = useWebhooks();
  if (isFiltered(filters)) {
    return (
      <EmptyState
        icon={SearchX}
        title="No delivery matches"
        action={
          <Button variant="default" onClick={onClear}>
            Clear the filters
          </Button>
        }
      >
        Nothing in the log has this status, event, webhook and time. New ones appear here by
        themselves.
      </EmptyState>
    );
  }
  const hasWebhooks = webhooks !== undefined && webhooks.length > 0;
  return (
    <EmptyState
      icon={Inbox}
      title="No deliveries yet"
      action={
        <ButtonLink to="/settings/webhooks">
          {hasWebhooks ? 'Test a webhook' : 'Create Webhook'}
        </ButtonLink>
      }
    >
      {hasWebhooks
        ? 'Press Test next to a webhook, and the result appears here at once. '
        : 'Deliveries appear here as soon as a webhook has something to receive. '}
      <Anchor component="button" type="button" size="sm" onClick={onUnmatched}>
        See events that matched no webhook
      </Anchor>
    </EmptyState>
  );
}
