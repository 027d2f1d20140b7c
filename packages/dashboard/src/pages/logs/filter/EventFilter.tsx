import { Select } from '@mantine/core';
import type { EventTypeEntry } from '@sydx/contract';
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
  const groups = grouped(entries.filter(({ publishable }) => publishable || !isPublishedOnly));
  const { event: chosen } = filters;
  // A type that is registered no more still has its deliveries.
  if (chosen !== undefined && !groups.some(({ items }) => items.includes(chosen))) {
    groups.push({ group: 'No more registered', items: [chosen] });
  }
  return (
    <Select
      className={classes.select ?? ''}
      size="xs"
      aria-label="Event type"
      placeholder="All events"
      data={groups}
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

function grouped(entries: readonly EventTypeEntry[]): { group: string; items: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const { type, origin } of entries) {
    const group = origin === 'product' ? (GROUPS[type.split('.')[0] ?? ''] ?? 'Others') : 'Custom';
    groups.set(group, [...(groups.get(group) ?? []), type]);
  }
  return [...groups].map(([group, items]) => ({ group, items }));
}
