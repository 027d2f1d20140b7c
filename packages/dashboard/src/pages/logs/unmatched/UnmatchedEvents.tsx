import { Button, Group, Stack, Text } from '@mantine/core';
import { ArrowLeft, CircleCheck, SearchX } from 'lucide-react';
import { useUnmatchedEvents } from '../../../api/events.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { PagedList } from '../../../ui/PagedList.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { EventFilter } from '../filter/EventFilter.tsx';
import classes from '../filter/FilterBar.module.css';
import { CustomTime, TimeFilter } from '../filter/TimeFilter.tsx';
import { isFiltered, NO_FILTERS, windowOf } from '../filters.ts';
import type { useLogFilters } from '../useLogFilters.ts';
import { UnmatchedList } from './UnmatchedList.tsx';
import { AnchorLink } from '../../../ui/links.tsx';

/** What was accepted and went nowhere, and why. */
export function UnmatchedEvents({ filters, change }: ReturnType<typeof useLogFilters>) {
  const filter = { type: filters.event, time: windowOf(filters) };
  const events = useUnmatchedEvents(filter);
  const back = () => change({ ...NO_FILTERS, view: undefined });
  return (
    <Stack gap="md">
      <div>
        <Button
          size="xs"
          variant="subtle"
          color="gray"
          ml={-10}
          leftSection={<ArrowLeft size={13} aria-hidden />}
          onClick={back}
        >
          Delivery Logs
        </Button>
      </div>
      <Panel
        title="Events without a webhook"
        description="These were accepted, and no webhook was there to send them to."
      >
        <Text size="sm">
          If <code>test.ping</code> works but real events don’t, check that the correct events are
          selected: an event reaches the webhooks that have its type selected and are enabled at
          that moment.{' '}
          <AnchorLink to="/settings/webhooks" inherit underline="always">
            Open Webhooks
          </AnchorLink>{' '}
          to select more. What is listed here is not sent afterwards.
        </Text>
      </Panel>
      <Group gap="xs" component="search" aria-label="Filter events" className={classes.bar}>
        <EventFilter filters={filters} change={change} isPublishedOnly />
        <TimeFilter filters={filters} change={change} />
      </Group>
      <CustomTime filters={filters} change={change} />
      <PagedList
        key={JSON.stringify(filter)}
        query={events}
        skeletonRows={5}
        empty={
          isFiltered(filters) ? (
            <EmptyState
              icon={SearchX}
              title="No such event"
              action={
                <Button variant="default" onClick={() => change(NO_FILTERS)}>
                  Clear the filters
                </Button>
              }
            >
              Every event of this type and time had a webhook, or there was none.
            </EmptyState>
          ) : (
            <EmptyState
              icon={CircleCheck}
              title="Every event found a webhook"
              action={
                <Button variant="default" onClick={back}>
                  Back to Delivery Logs
                </Button>
              }
            >
              If you miss events all the same, the CRM or the source has not published them.
            </EmptyState>
          )
        }
      >
        {(rows) => <UnmatchedList events={rows} />}
      </PagedList>
    </Stack>
  );
}
