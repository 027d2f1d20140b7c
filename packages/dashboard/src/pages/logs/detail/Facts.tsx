import type { Delivery } from '@sydx/contract';
import { Group } from '@mantine/core';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { formatDateTime, formatDuration } from '../../../ui/time.ts';
import { responseWord } from '../outcome.ts';
import classes from './DeliveryDrawer.module.css';
import { AnchorLink } from '../../../ui/links.tsx';

interface FactsProps {
  delivery: Delivery;
  /** Undefined while it is on its way. */
  url: string | undefined;
}

/** What a delivery is, in one look. */
export function Facts({ delivery, url }: FactsProps) {
  const { webhookId, webhookName, eventId, statusCode, error, durationMs } = delivery;
  const response = responseWord(statusCode, error);
  return (
    <dl className={classes.facts}>
      <dt>Webhook</dt>
      <dd>
        <AnchorLink to="/settings/webhooks/$id" params={{ id: webhookId }} inherit>
          {webhookName}
        </AnchorLink>
      </dd>
      <dt>URL</dt>
      <dd className={classes.mono}>{url ?? '…'}</dd>
      <dt>Response</dt>
      <dd>
        {response ?? '–'}
        {durationMs !== null && `, after ${formatDuration(durationMs)}`}
      </dd>
      <dt>Accepted</dt>
      <dd>{formatDateTime(delivery.createdAt)}</dd>
      {delivery.finishedAt !== null && (
        <>
          <dt>Finished</dt>
          <dd>{formatDateTime(delivery.finishedAt)}</dd>
        </>
      )}
      <dt>Delivery</dt>
      <dd>
        <Copied id={delivery.id} what="delivery id" />
      </dd>
      <dt>Event</dt>
      <dd>
        <Copied id={eventId} what="event id" />
        <AnchorLink to="/settings/webhooks/logs" search={{ eventId }} inherit>
          All deliveries of this event
        </AnchorLink>
      </dd>
    </dl>
  );
}

function Copied({ id, what }: { id: string; what: string }) {
  return (
    <Group gap={4} className={classes.mono}>
      {id}
      <CopyButton value={id} label={`Copy ${what}`} />
    </Group>
  );
}
