import { type Inbox, LIMITS } from '@sydx/contract';
import { Button, Select, Tooltip } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useEffect } from 'react';
import { useWebhooks } from '../../api/webhooks.ts';
import { notifyProblem } from '../../ui/notify.ts';
import { formatDateTime } from '../../ui/time.ts';
import { useGetInbox } from './useGetInbox.ts';

interface InboxPickerProps {
  inboxes: readonly Inbox[];
  shown: string | undefined;
  /** All of the account, those of programs too. */
  count: number;
}

/** Which inbox, where there are several, and one more. */
export function InboxPicker({ inboxes, shown, count }: InboxPickerProps) {
  const navigate = useNavigate();
  const { get, isPending, error } = useGetInbox();
  const { data: webhooks } = useWebhooks();
  const isFull = count >= LIMITS.inboxesPerTenant;
  useEffect(() => {
    if (error !== null) notifyProblem(error);
  }, [error]);
  const nameOf = ({ webhookId, createdAt }: Inbox) => {
    const name = webhooks?.find(({ id }) => id === webhookId)?.name ?? 'Without a webhook';
    return `${name} · ${formatDateTime(createdAt)}`;
  };
  return (
    <>
      {(inboxes.length > 1 || shown === undefined) && (
        <Select
          aria-label="Inbox"
          placeholder="Another inbox"
          data={inboxes.map((inbox) => ({ value: inbox.id, label: nameOf(inbox) }))}
          value={shown ?? null}
          allowDeselect={false}
          w={300}
          onChange={(inbox) =>
            inbox !== null && void navigate({ to: '/settings/inbox', search: { inbox } })
          }
        />
      )}
      <Tooltip
        label={`The account has ${LIMITS.inboxesPerTenant} inboxes, as many as it may have. Delete one to get another.`}
        disabled={!isFull}
        multiline
        maw={280}
      >
        <Button
          variant="default"
          leftSection={<Plus size={16} aria-hidden />}
          loading={isPending}
          data-disabled={isFull}
          aria-disabled={isFull}
          onClick={() => !isFull && get()}
        >
          New inbox
        </Button>
      </Tooltip>
    </>
  );
}
