import type { Webhook } from '@sydx/contract';
import { Inbox } from 'lucide-react';
import { useInboxes } from '../../api/inboxes.ts';
import badge from '../../ui/StatusBadge.module.css';
import { AnchorLink } from '../../ui/links.tsx';

/** Beside the name of a webhook that leads to an inbox: the way there. Nothing beside others. */
export function InboxBadge({ webhook: { id, url } }: { webhook: Webhook }) {
  const { data } = useInboxes(url.includes('/inbox/'));
  const inbox = data?.find(({ kind, webhookId }) => kind === 'try' && webhookId === id);
  if (inbox === undefined) return null;
  return (
    <AnchorLink
      to="/settings/inbox"
      search={{ inbox: inbox.id }}
      className={badge.badge ?? ''}
      aria-label="Open its inbox"
    >
      <Inbox size={13} aria-hidden />
      Inbox
    </AnchorLink>
  );
}
