import { ActionIcon, Button, Code } from '@mantine/core';
import { X } from 'lucide-react';
import { isFiltered, NO_FILTERS, type LogFilterChange, type LogFilters } from '../filters.ts';
import { EventFilter } from './EventFilter.tsx';
import classes from './FilterBar.module.css';
import { StatusFilter } from './StatusFilter.tsx';
import { CustomTime, TimeFilter } from './TimeFilter.tsx';
import { WebhookFilter } from './WebhookFilter.tsx';

export interface FilterProps {
  filters: LogFilters;
  change: (change: LogFilterChange) => void;
}

/** Every filter of the log; each is in the address bar as soon as it is chosen. */
export function FilterBar({ filters, change }: FilterProps) {
  return (
    <>
      <search className={classes.bar} aria-label="Filter deliveries">
        <StatusFilter filters={filters} change={change} />
        <EventFilter filters={filters} change={change} />
        <WebhookFilter filters={filters} change={change} />
        <TimeFilter filters={filters} change={change} />
        {isFiltered(filters) && (
          <Button size="xs" variant="subtle" color="gray" onClick={() => change(NO_FILTERS)}>
            Clear
          </Button>
        )}
      </search>
      <CustomTime filters={filters} change={change} />
      {filters.eventId !== undefined && (
        <div>
          <span className={classes.chip}>
            Deliveries of <Code>{filters.eventId}</Code>
            <ActionIcon
              size="xs"
              variant="subtle"
              color="gray"
              aria-label="Show deliveries of every event"
              onClick={() => change({ eventId: undefined })}
            >
              <X size={12} aria-hidden />
            </ActionIcon>
          </span>
        </div>
      )}
    </>
  );
}
