import type { AcceptedEvent } from '@sydx/contract';
import { Text } from '@mantine/core';
import { ChevronRight } from 'lucide-react';
import { useWebhooks } from '../../../api/webhooks.ts';
import { formatDateTime } from '../../../ui/time.ts';
import { useNow } from '../../../ui/useNow.ts';
import { BodyBlock } from '../../../ui/BodyBlock.tsx';
import { formatMoment } from '../../../ui/moment.ts';
import classes from './UnmatchedList.module.css';

export function UnmatchedList({ events }: { events: readonly AcceptedEvent[] }) {
  const nowMs = useNow(60_000);
  return (
    <ul className={classes.list} aria-label="Events without a webhook">
      {events.map((event) => (
        <li key={event.id}>
          <details>
            <summary className={classes.summary}>
              <ChevronRight size={14} aria-hidden className={classes.chevron} />
              <span className={classes.type}>{event.type}</span>
              <span className={classes.note}>{event.note}</span>
              <time
                className={classes.when}
                dateTime={event.createdAt}
                title={formatDateTime(event.createdAt)}
              >
                {formatMoment(event.createdAt, nowMs)}
              </time>
            </summary>
            <div className={classes.body}>
              <Since type={event.type} />
              <BodyBlock title={event.id} text={JSON.stringify(event.data)} isJson />
            </div>
          </details>
        </li>
      ))}
    </ul>
  );
}

/** Whether the next event of this type would be sent. */
function Since({ type }: { type: string }) {
  const { data: webhooks } = useWebhooks();
  if (webhooks === undefined) return null;
  const names = webhooks
    .filter(({ enabled, events }) => enabled && (events as readonly string[]).includes(type))
    .map(({ name }) => name);
  return (
    <Text size="sm" c="dimmed" mb="xs">
      {names.length === 0
        ? `No enabled webhook has ${type} selected now either.`
        : `By now ${type} goes to ${names.join(', ')}.`}
    </Text>
  );
}
