import type { AcceptedEvent } from '@sydx/contract';
import { Text } from '@mantine/core';
import { useWebhooks } from '../../../api/webhooks.ts';
import { FoldedList, FoldedRow } from '../../../ui/FoldedList.tsx';
import { formatDateTime } from '../../../ui/time.ts';
import { useNow } from '../../../ui/useNow.ts';
import { BodyBlock } from '../../../ui/BodyBlock.tsx';
import { formatMoment } from '../../../ui/moment.ts';
import classes from './UnmatchedList.module.css';

export function UnmatchedList({ events }: { events: readonly AcceptedEvent[] }) {
  const nowMs = useNow(60_000);
  return (
    <FoldedList label="Events without a webhook">
      {events.map(({ id, type, note, createdAt, data }) => (
        <FoldedRow
          key={id}
          summary={
            <>
              <span className={classes.type}>{type}</span>
              <span className={classes.note}>{note}</span>
            </>
          }
          when={
            <time dateTime={createdAt} title={formatDateTime(createdAt)}>
              {formatMoment(createdAt, nowMs)}
            </time>
          }
        >
          <Since type={type} />
          <BodyBlock title={id} text={JSON.stringify(data)} isJson />
        </FoldedRow>
      ))}
    </FoldedList>
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
