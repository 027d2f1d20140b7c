import { useNavigate } from '@tanstack/react-router';
import { type InboxWish, useCreateInbox } from '../../api/inboxes.ts';

interface GetInbox {
  /** Makes an inbox with its webhook and goes there. */
  readonly get: (wish?: InboxWish) => void;
  readonly isPending: boolean;
  /** Why there is none; null otherwise. */
  readonly error: unknown;
}

/** The one click from anywhere to a private URL that shows what arrives. */
export function useGetInbox(): GetInbox {
  const navigate = useNavigate();
  const { mutate, isPending, error } = useCreateInbox();
  return {
    get: (wish = {}) =>
      mutate(wish, {
        onSuccess: ({ id }) => void navigate({ to: '/settings/inbox', search: { inbox: id } }),
      }),
    isPending,
    error,
  };
}
