import type { Delivery } from '@sydx/contract';
import { useNow } from '../../../ui/useNow.ts';
import type { LogFilters } from '../filters.ts';
import { DeliveryRow } from './DeliveryRow.tsx';
import classes from './DeliveryTable.module.css';

interface DeliveryTableProps {
  rows: readonly Delivery[];
  filters: LogFilters;
  /** Rows whose id is greater came just now. */
  freshAfter: string | null;
  isBusy: boolean;
}

/** Rows of links. Roles say that it is a table, since CSS lays it out in its own way on a phone. */
export function DeliveryTable({ rows, filters, freshAfter, isBusy }: DeliveryTableProps) {
  const nowMs = useNow(60_000);
  return (
    <div role="table" aria-label="Deliveries" aria-busy={isBusy} className={classes.table}>
      <div role="rowgroup">
        <div role="row" className={classes.head}>
          <span role="columnheader">Status</span>
          <span role="columnheader">Event</span>
          <span role="columnheader">Webhook</span>
          <span role="columnheader">Response</span>
          <span role="columnheader" className={classes.number}>
            Time
          </span>
          <span role="columnheader" className={classes.attempts}>
            Attempts
          </span>
          <span role="columnheader" className={classes.when}>
            When
          </span>
        </div>
      </div>
      <div role="rowgroup">
        {rows.map((delivery) => (
          <DeliveryRow
            key={delivery.id}
            delivery={delivery}
            filters={filters}
            nowMs={nowMs}
            isFresh={freshAfter !== null && delivery.id > freshAfter}
          />
        ))}
      </div>
    </div>
  );
}
