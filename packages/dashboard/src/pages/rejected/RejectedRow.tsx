import type { RejectedEvent } from '@sydx/contract';
import { Text } from '@mantine/core';
import { useState } from 'react';
import { FoldedRow } from '../../ui/FoldedList.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { formatDateTime } from '../../ui/time.ts';
import classes from './Rejected.module.css';
import { RejectedActions } from './RejectedActions.tsx';
import { RejectedData } from './RejectedData.tsx';

/** One rejected event. All of it is text: a producer can write anything. */
export function RejectedRow({ event }: { event: RejectedEvent }) {
  const [isOpen, setIsOpen] = useState(false);
  const { id, type, detail, errors, rejectedAt } = event;
  const reason = reasonOf(event);
  return (
    <FoldedRow
      label={`${type}: ${reason}`}
      summary={
        <>
          <span className={classes.type}>{type}</span>
          <span className={classes.reason}>{reason}</span>
        </>
      }
      when={<RelativeTime at={rejectedAt} />}
      onToggle={setIsOpen}
    >
      <div className={classes.body}>
        {errors.length > 1 && (
          <ul className={classes.errors} aria-label="What is wrong">
            {errors.map(({ pointer, detail: sentence }) => (
              <li key={`${pointer} ${sentence}`}>
                <code>{pointer}</code> {sentence}
              </li>
            ))}
          </ul>
        )}
        {detail !== reason && (
          <Text size="sm" c="dimmed">
            {detail}
          </Text>
        )}
        <dl className={classes.facts}>
          {factsOf(event).map(([name, value]) => (
            <div key={name} className={classes.fact}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        {isOpen && <RejectedData id={id} />}
        <RejectedActions event={event} />
      </div>
    </FoldedRow>
  );
}

/** What is wrong, where that is said; else the sentence that stands for all of it. */
function reasonOf({ detail, errors }: RejectedEvent): string {
  const [first] = errors;
  if (first === undefined) return detail;
  const reason = `${first.pointer} ${first.detail}`;
  return errors.length === 1 ? reason : `${reason}, and ${errors.length - 1} more`;
}

function factsOf(event: RejectedEvent): [name: string, value: string][] {
  const { code, idempotencyKey, number, publishedAt, rejectedAt, timestamp } = event;
  return [
    ['Reason', code],
    ['Idempotency key', idempotencyKey ?? 'none'],
    ['Number', number],
    ...(timestamp === null
      ? []
      : [['Happened', formatDateTime(timestamp)] satisfies [string, string]]),
    ['Published', formatDateTime(publishedAt)],
    ['Rejected', formatDateTime(rejectedAt)],
  ];
}
