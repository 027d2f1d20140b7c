import type { Inbox } from '@sydx/contract';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useWebhook } from '../../api/webhooks.ts';
import { CopyField } from '../../ui/CopyField.tsx';
import { plural } from '../../ui/figures.ts';
import { AnchorLink } from '../../ui/links.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { DeleteInboxDialog } from './DeleteInboxDialog.tsx';

/** Its URL, what leads there, and how long it lives. */
export function InboxSummary({ inbox }: { inbox: Inbox }) {
  const [isDeleting, deleting] = useDisclosure(false);
  return (
    <Panel>
      <Stack gap="sm">
        <CopyField label="Private URL" value={inbox.url} />
        <Group justify="space-between" gap="xs">
          <Text size="sm" c="dimmed">
            {inbox.webhookId === null ? (
              'No webhook leads here any more. Whatever else is sent to the URL still arrives.'
            ) : (
              <LeadingWebhook id={inbox.webhookId} />
            )}{' '}
            The inbox expires <RelativeTime at={inbox.expiresAt} />
            {inbox.webhookId === null ? ', with what it received.' : ', and its webhook with it.'}
          </Text>
          <Button size="xs" variant="subtle" color="red" ml="auto" onClick={deleting.open}>
            Delete inbox
          </Button>
        </Group>
      </Stack>
      <DeleteInboxDialog inbox={inbox} opened={isDeleting} onClose={deleting.close} />
    </Panel>
  );
}

function LeadingWebhook({ id }: { id: string }) {
  const { data } = useWebhook(id);
  if (data === undefined) return null;
  const { name, events, enabled, filter } = data;
  return (
    <>
      The webhook{' '}
      <AnchorLink to="/settings/webhooks/$id" params={{ id }} inherit underline="always">
        {name}
      </AnchorLink>{' '}
      {enabled ? 'sends' : 'is disabled, and would send'} {filter === null ? '' : 'some of '}
      {plural(events.length, 'type of event', 'types of events')} here.
    </>
  );
}
