import type { DeliveryStatus } from '@sydx/contract';
import { SegmentedControl } from '@mantine/core';
import type { FilterProps } from './FilterBar.tsx';
import classes from './FilterBar.module.css';

const ANY = 'any';

const CHOICES: { value: DeliveryStatus | typeof ANY; label: string }[] = [
  { value: ANY, label: 'All' },
  { value: 'success', label: 'Success' },
  { value: 'failed', label: 'Failed' },
  { value: 'pending', label: 'Pending' },
  { value: 'cancelled', label: 'Cancelled' },
];

export function StatusFilter({ filters, change }: FilterProps) {
  return (
    <SegmentedControl
      className={classes.status ?? ''}
      size="xs"
      aria-label="Status"
      data={CHOICES}
      value={filters.status ?? ANY}
      onChange={(value) => change({ status: value === ANY ? undefined : value })}
    />
  );
}
