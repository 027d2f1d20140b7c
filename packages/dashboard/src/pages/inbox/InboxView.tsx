import type { Inbox } from '@sydx/contract';
import { Stack } from '@mantine/core';
import { useInboxRequests } from '../../api/inboxes.ts';
import { isProblem } from '../../api/problem-error.ts';
import { InboxSummary } from './InboxSummary.tsx';
import { InboxGone } from './NoInbox.tsx';
import { Requests } from './requests/Requests.tsx';
import { TryOut } from './TryOut.tsx';

export function InboxView({ inbox }: { inbox: Inbox }) {
  const requests = useInboxRequests(inbox.id);
  if (isProblem(requests.error, 'not_found')) return <InboxGone />;
  return (
    <Stack gap="md">
      <InboxSummary inbox={inbox} />
      <TryOut inbox={inbox} />
      <Requests query={requests} />
    </Stack>
  );
}
