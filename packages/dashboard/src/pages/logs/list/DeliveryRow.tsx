import type { Delivery } from '@sydx/contract';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { StatusBadge } from '../../../ui/StatusBadge.tsx';
import { formatDateTime, formatDuration } from '../../../ui/time.ts';
import { changeFilters, type LogFilters } from '../filters.ts';
import { formatMoment } from '../../../ui/moment.ts';
import { responseWord } from '../outcome.ts';
import classes from './DeliveryTable.module.css';
import { NextAttempt } from './NextAttempt.tsx';

interface DeliveryRowProps {
  delivery: Delivery;
  filters: LogFilters;
  isFresh: boolean;
  /** Tells today from the days before. */
  nowMs: number;
}

export const DeliveryRow = memo(({ delivery, filters, isFresh, nowMs }: DeliveryRowProps) => {
  const { id, status, statusCode, error, durationMs, attemptCount, createdAt } = delivery;
  const isPending = status === 'pending';
  const isBad = error !== null && status !== 'cancelled';
  return (
    <div
      role="row"
      className={classes.row}
      data-fresh={isFresh || undefined}
      data-open={filters.delivery === id || undefined}
    >
      <span role="cell" className={classes.statusCell}>
        <StatusBadge status={status} />
      </span>
      <span role="cell" className={classes.eventCell}>
        <Link
          to="/settings/webhooks/logs"
          search={changeFilters(filters, { delivery: id })}
          resetScroll={false}
          preload={false}
          className={classes.event ?? ''}
        >
          {delivery.event}
        </Link>
      </span>
      <span role="cell" className={classes.webhook}>
        {delivery.webhookName}
      </span>
      <span role="cell" className={`${classes.code} ${isBad ? classes.bad : ''}`}>
        {responseWord(statusCode, error) ?? <span className={classes.quiet}>–</span>}
      </span>
      <span role="cell" className={`${classes.time} ${classes.number} ${classes.quiet}`}>
        {durationMs === null ? '–' : formatDuration(durationMs)}
      </span>
      <span role="cell" className={classes.attempts} data-waiting={isPending || undefined}>
        {!isPending && attemptCount}
        {isPending && <NextAttempt attemptCount={attemptCount} at={delivery.nextAttemptAt} />}
      </span>
      <time
        role="cell"
        dateTime={createdAt}
        title={formatDateTime(createdAt)}
        className={classes.when}
      >
        {formatMoment(createdAt, nowMs)}
      </time>
    </div>
  );
});
DeliveryRow.displayName = 'DeliveryRow';
