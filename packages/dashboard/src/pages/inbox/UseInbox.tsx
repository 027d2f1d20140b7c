import { Anchor, Loader, Text } from '@mantine/core';
import { type InboxWish, useInboxes } from '../../api/inboxes.ts';
import { isProblem } from '../../api/problem-error.ts';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { useGetInbox } from './useGetInbox.ts';

/** Below a field for a URL. Nothing where inboxes are switched off. */
export function UseInbox({ wish }: { wish: InboxWish }) {
  const inboxes = useInboxes();
  const { get, isPending, error } = useGetInbox();
  if (isProblem(inboxes.error, 'inbox_off')) return null;
  return (
    <>
      <Text size="xs" c="dimmed" mt={-8}>
        Don’t have a URL yet?{' '}
        <Anchor
          component="button"
          type="button"
          size="xs"
          underline="always"
          disabled={isPending}
          onClick={() => get(wish)}
        >
          Use an inbox
        </Anchor>{' '}
        of this server, which shows what arrives.{' '}
        {isPending && <Loader size={10} aria-label="Making an inbox" />}
      </Text>
      {error !== null && <ErrorNote error={error} />}
    </>
  );
}
