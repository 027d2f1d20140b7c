import type { InboxRequest } from '@sydx/contract';
import { FoldedRow } from '../../../ui/FoldedList.tsx';
import { formatMoment } from '../../../ui/moment.ts';
import { formatDateTime, formatDuration } from '../../../ui/time.ts';
import { visibleText } from '../../../ui/visible-text.ts';
import { headerOf } from './headers.ts';
import { RequestDetail } from './RequestDetail.tsx';
import classes from './Requests.module.css';
import { VerdictBadge } from './VerdictBadge.tsx';

interface RequestRowProps {
  request: InboxRequest;
  /** Tells today from the days before. */
  nowMs: number;
  isOpen: boolean;
  onToggle: (isOpen: boolean) => void;
}

export function RequestRow({ request, nowMs, isOpen, onToggle }: RequestRowProps) {
  const { number, method, query, receivedAt, answer } = request;
  const event = headerOf(request, 'x-sydx-event');
  const attempt = headerOf(request, 'x-sydx-attempt');
  const what = visibleText(event ?? `${method} ${query}`.trim());
  return (
    <FoldedRow
      label={`Request ${number}: ${what}`}
      summary={
        <>
          <span className={classes.what}>
            <span className={classes.event}>{what}</span>
            {attempt !== null && attempt !== '1' && (
              <span className={classes.attempt}>attempt {visibleText(attempt)}</span>
            )}
          </span>
          <span className={classes.glance}>
            <VerdictBadge signatures={request.signatures} />
            <span className={classes.answered} data-good={answer.status < 300 || undefined}>
              answered {answer.status}
              {answer.delayMs > 0 && ` after ${formatDuration(answer.delayMs)}`}
            </span>
          </span>
        </>
      }
      when={
        <time dateTime={receivedAt} title={formatDateTime(receivedAt)}>
          {formatMoment(receivedAt, nowMs)}
        </time>
      }
      isOpen={isOpen}
      onToggle={onToggle}
    >
      {isOpen && <RequestDetail request={request} />}
    </FoldedRow>
  );
}
