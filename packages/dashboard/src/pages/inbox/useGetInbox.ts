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
  const { mutateAsync, isPending, error } = useCreateInbox();
  return {
    get: (wish = {}) => {
      // A promise and not a callback of `mutate`: the button is gone as soon as there is a webhook.
      mutateAsync(wish).then(
        ({ id }) => navigate({ to: '/settings/inbox', search: { inbox: id } }),
        // Shown from `error`.
        () => undefined,
      );
    },
    isPending,
    error,
  };
}
