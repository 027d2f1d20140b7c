import { Select } from '@mantine/core';
import { useEventTypes } from '../../../api/event-types.ts';
import classes from './FilterBar.module.css';
import type { FilterProps } from './FilterBar.tsx';

const GROUPS: Readonly<Record<string, string>> = {
  message: 'Messages',
  contact: 'Contacts',
  lead: 'Leads',
  campaign: 'Campaigns',
  flow: 'Flows',
  webhook: 'Webhooks',
  test: 'Tests',
};

interface EventFilterProps extends FilterProps {
  /** Leaves out what no producer publishes: test.ping, and what is told of webhooks. */
  isPublishedOnly?: boolean;
}

export function EventFilter({ filters, change, isPublishedOnly = false }: EventFilterProps) {
  const { data: entries = [] } = useEventTypes();
  const types: string[] = entries
    .filter(({ publishable }) => publishable || !isPublishedOnly)
    .map(({ type }) => type);
  if (filters.event !== undefined && !types.includes(filters.event)) types.push(filters.event);
  return (
    <Select
      className={classes.select ?? ''}
      size="xs"
      aria-label="Event type"
      placeholder="All events"
      data={grouped(types)}
      value={filters.event ?? null}
      onChange={(event) => change({ event: event ?? undefined })}
      clearable
      searchable
      maxDropdownHeight={320}
      clearButtonProps={{ 'aria-label': 'All events' }}
      nothingFoundMessage="No such event"
    />
  );
}

function grouped(types: readonly string[]) {
  const groups = new Map<string, string[]>();
  for (const type of types) {
    const group = GROUPS[type.split('.')[0] ?? ''] ?? 'Others';
    groups.set(group, [...(groups.get(group) ?? []), type]);
  }
  return [...groups].map(([group, items]) => ({ group, items }));
}
