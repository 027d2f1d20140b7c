import { Group, Select, TextInput } from '@mantine/core';
import { isTimePreset, TIME_PRESETS } from '../../../api/time-window.ts';
import classes from './FilterBar.module.css';
import type { FilterProps } from './FilterBar.tsx';
import { fromLocal, startOfHour, toLocal } from './local-time.ts';

const CUSTOM = 'custom';

const CHOICES = [
  ...Object.entries(TIME_PRESETS).map(([value, { label }]) => ({ value, label })),
  { value: CUSTOM, label: 'Custom…' },
];

const HOUR_MS = 3_600_000;

/** Choosing a time means the time of acceptance: when the event came in. */
export function TimeFilter({ filters, change }: FilterProps) {
  const { range, from, to } = filters;
  const value = range ?? (from === undefined && to === undefined ? null : CUSTOM);
  const choose = (chosen: string | null) => {
    if (isTimePreset(chosen)) change({ range: chosen, from: undefined, to: undefined });
    else if (chosen === null) change({ range: undefined, from: undefined, to: undefined });
    else change({ range: undefined, from: startOfHour(Date.now() - HOUR_MS), to: undefined });
  };
  return (
    <Select
      className={classes.select ?? ''}
      size="xs"
      aria-label="Time"
      placeholder="Any time"
      data={CHOICES}
      value={value}
      onChange={choose}
      clearable
      clearButtonProps={{ 'aria-label': 'Any time' }}
    />
  );
}

/** The bounds, where a preset does not do. */
export function CustomTime({ filters, change }: FilterProps) {
  const { range, from, to } = filters;
  if (range !== undefined || (from === undefined && to === undefined)) return null;
  return (
    <Group gap="xs">
      <TextInput
        size="xs"
        type="datetime-local"
        label="From"
        value={toLocal(from)}
        max={toLocal(to)}
        onChange={(event) => change({ from: fromLocal(event.currentTarget.value) })}
      />
      <TextInput
        size="xs"
        type="datetime-local"
        label="To"
        value={toLocal(to)}
        min={toLocal(from)}
        onChange={(event) => change({ to: fromLocal(event.currentTarget.value) })}
      />
    </Group>
  );
}
