import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Send } from 'lucide-react';
import { useState } from 'react';
import { usePublishEvent } from '../../../api/events.ts';
import { useEventTypes } from '../../../api/event-types.ts';
import { keys } from '../../../api/keys.ts';
import { queryClient } from '../../../api/query-client.ts';
import { useSession } from '../../../api/session.ts';
import { useTestWebhook, useWebhook, useWebhooks } from '../../../api/webhooks.ts';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';
import { SendOutcome } from './SendOutcome.tsx';

const PING = 'test.ping';

interface SendTestProps {
  inboxId: string;
  webhookId: string;
}

/** Lets something arrive: test.ping, which reaches this webhook alone, or a sample as a real event. */
export function SendTest({ inboxId, webhookId }: SendTestProps) {
  const [type, setType] = useState(PING);
  const [isAsking, asking] = useDisclosure(false);
  const samples = useSamples(webhookId);
  const others = useOtherReceivers(webhookId, type);
  const test = useTestWebhook(webhookId);
  const publish = usePublishEvent();
  const isPing = type === PING;
  const lookAtOnce = () =>
    void queryClient.invalidateQueries({ queryKey: keys.inboxes.requests(inboxId) });
  const sendPing = () => {
    publish.reset();
    test.mutate(undefined, { onSettled: lookAtOnce });
  };
  const sendSample = async () => {
    test.reset();
    await publish.mutateAsync({ type, data: samples.get(type) });
    lookAtOnce();
  };
  const press = () => {
    if (isPing) sendPing();
    else if (others.length > 0) asking.open();
    // What went wrong is shown from `publish` itself.
    else sendSample().catch(() => undefined);
  };
  return (
    <Stack gap="xs">
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <Select
          label="Event"
          flex={1}
          data={[PING, ...samples.keys()]}
          value={type}
          allowDeselect={false}
          checkIconPosition="right"
          onChange={(wanted) => setType(wanted ?? PING)}
        />
        <Button
          leftSection={<Send size={14} aria-hidden />}
          loading={test.isPending || publish.isPending}
          onClick={press}
        >
          {isPing ? 'Send test event' : 'Send sample'}
        </Button>
      </Group>
      <Text size="xs" c="dimmed">
        {isPing
          ? 'Goes to this inbox alone, once, and changes nothing.'
          : `A real event with sample data, retried like any other. ${reach(others)}`}
      </Text>
      <SendOutcome test={test} publish={publish} />
      <ConfirmDialog
        opened={isAsking}
        onClose={asking.close}
        title={`Send a sample ${type}?`}
        confirmLabel="Send"
        onConfirm={sendSample}
      >
        <Text>
          It is a real event for all of your webhooks. Besides this inbox it goes to{' '}
          <b>{others.join(', ')}</b>, whose tools act on it.
        </Text>
      </ConfirmDialog>
    </Stack>
  );
}

function reach(others: readonly string[]): string {
  if (others.length === 0) return 'No other webhook selected it.';
  return `It also goes to ${others.join(', ')}.`;
}

/** Samples of what the webhook selected, by type. A portal publishes nothing. */
function useSamples(webhookId: string): ReadonlyMap<string, unknown> {
  const { kind } = useSession();
  const { data: webhook } = useWebhook(webhookId);
  const { data: entries } = useEventTypes();
  const isSent = (type: string) => kind !== 'portal' && webhook?.events.includes(type) === true;
  return new Map(
    (entries ?? [])
      .filter(({ type, publishable }) => publishable && isSent(type))
      .map(({ type, sample }) => [type, sample]),
  );
}

/** Names of the other webhooks that get this type. */
function useOtherReceivers(webhookId: string, type: string): readonly string[] {
  const { data: webhooks } = useWebhooks();
  return (webhooks ?? [])
    .filter(({ id, enabled, events }) => id !== webhookId && enabled && events.includes(type))
    .map(({ name }) => name);
}
