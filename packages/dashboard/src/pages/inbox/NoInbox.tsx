import { LIMITS } from '@sydx/contract';
import { Button, Stack } from '@mantine/core';
import { CircleOff, Hourglass, Inbox } from 'lucide-react';
import type { ReactNode } from 'react';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { ButtonLink } from '../../ui/links.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { useGetInbox } from './useGetInbox.ts';

const HOURS = LIMITS.inboxLifeSeconds / 3_600;

export function NoInbox() {
  return (
    <Panel>
      <EmptyState icon={Inbox} title="No inbox yet" action={<GetInbox />}>
        One click gives a private URL and a webhook that sends every event there. Both are gone
        after {HOURS} hours, so nothing is left to tidy up.
      </EmptyState>
    </Panel>
  );
}

/** Its time was over, or somebody deleted it. */
export function InboxGone() {
  return (
    <Panel>
      <EmptyState icon={Hourglass} title="This inbox is gone" action={<GetInbox />}>
        It expired after {HOURS} hours or was deleted, and its webhook and requests with it. The
        deliveries stay in the Delivery Logs.
      </EmptyState>
    </Panel>
  );
}

export function InboxesOff() {
  return (
    <Panel>
      <EmptyState
        icon={CircleOff}
        title="Inboxes are switched off"
        action={
          <ButtonLink
            variant="default"
            to="/settings/webhooks/connect/$tool"
            params={{ tool: 'custom' }}
          >
            Connect a receiver of your own
          </ButtonLink>
        }
      >
        Whoever runs this server has switched them off (INBOX=off). Webhooks to other URLs work as
        always.
      </EmptyState>
    </Panel>
  );
}

function GetInbox(): ReactNode {
  const { get, isPending, error } = useGetInbox();
  return (
    <Stack align="center" gap="sm">
      <Button
        leftSection={<Inbox size={16} aria-hidden />}
        loading={isPending}
        onClick={() => get()}
      >
        Get an inbox
      </Button>
      {error !== null && <ErrorNote error={error} />}
    </Stack>
  );
}
