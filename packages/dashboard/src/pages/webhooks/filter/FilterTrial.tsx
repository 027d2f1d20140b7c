import type { FilterPreview, WebhookFilter } from '@sydx/contract';
import { Box, Button, Group, Skeleton, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Ban, CircleCheck } from 'lucide-react';
import { describeError } from '../../../api/problem-error.ts';
import { useFilterPreview } from '../../../api/filters.ts';
import { RelativeTime } from '../../../ui/RelativeTime.tsx';
import badge from '../../../ui/StatusBadge.module.css';
import { type FilterDraft, readDraft } from './filter-draft.ts';
import { askedValues } from './filter-words.ts';
import classes from './FilterTrial.module.css';

interface FilterTrialProps {
  draft: FilterDraft;
  events: readonly string[];
}

/** What the filter, as it is written so far, would have done with recent events. */
export function FilterTrial({ draft, events }: FilterTrialProps) {
  // Asked when the typing pauses.
  const [settled] = useDebouncedValue(draft, 300);
  const reading = readDraft(settled);
  const filter = reading.ok ? reading.filter : null;
  const { data, error, refetch } = useFilterPreview(filter, events);
  return (
    <Box className={classes.trial} role="region" aria-label="Tried on recent events">
      {trial()}
    </Box>
  );

  function trial() {
    if (events.length === 0) return <Note>Select events to try it on recent ones.</Note>;
    if (!reading.ok) return <Note>{reading.sentence}</Note>;
    if (error !== null) {
      const { title, detail } = describeError(error);
      return (
        <Group gap="xs" role="alert">
          <Note>
            {title}. {detail}
          </Note>
          <Button size="compact-xs" variant="default" onClick={() => void refetch()}>
            Retry
          </Button>
        </Group>
      );
    }
    if (data === undefined || filter === null)
      return <Skeleton h={14} w="60%" role="status" aria-label="Loading" />;
    if (data.data.length === 0) {
      return <Note>No event of these types came in yet, so there is nothing to try it on.</Note>;
    }
    return <Tried filter={filter} preview={data} />;
  }
}

function Note({ children }: { children: React.ReactNode }) {
  return (
    <Text size="xs" c="dimmed" role="status">
      {children}
    </Text>
  );
}

interface TriedProps {
  filter: WebhookFilter;
  preview: FilterPreview;
}

function Tried({ filter, preview: { matched, data } }: TriedProps) {
  return (
    <>
      <Note>
        Of the last {data.length === 1 ? 'event' : `${data.length} events`}, {matched} would be
        sent.
      </Note>
      <ul
        className={classes.list}
        aria-label="Recent events"
        // It scrolls, so the keyboard must reach it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
      >
        {data.map((event) => (
          <li key={event.id} className={classes.event} data-matches={event.matches}>
            <span className={badge.badge} data-status={event.matches ? 'success' : undefined}>
              {event.matches ? (
                <CircleCheck size={13} aria-hidden />
              ) : (
                <Ban size={13} aria-hidden />
              )}
              {event.matches ? 'Sent' : 'Skipped'}
            </span>
            <span className={classes.type}>{event.type}</span>
            <code className={classes.data} title={JSON.stringify(event.data, null, 2)}>
              {askedValues(filter, event.data)}
            </code>
            <span className={classes.time}>
              <RelativeTime at={event.createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
