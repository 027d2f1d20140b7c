import { Button } from '@mantine/core';
import { Inbox } from 'lucide-react';
import { useInboxes } from '../../api/inboxes.ts';
import { isProblem } from '../../api/problem-error.ts';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { useGetInbox } from './useGetInbox.ts';

/** For who has no webhook yet and nothing to receive with. Nothing where inboxes are switched off. */
export function TryWithoutTool() {
  const inboxes = useInboxes();
  const { get, isPending, error } = useGetInbox();
  if (isProblem(inboxes.error, 'inbox_off')) return null;
  return (
    <>
      <Button
        variant="default"
        leftSection={<Inbox size={16} aria-hidden />}
        loading={isPending}
        onClick={() => get()}
      >
        Try it without a tool
      </Button>
      {error !== null && <ErrorNote error={error} />}
    </>
  );
}
