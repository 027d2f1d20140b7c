import { Button, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type EventTypeEntry, LIMITS } from '@sydx/contract';
import { Braces, Plus } from 'lucide-react';
import { useEventTypes } from '../../api/event-types.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ListStates } from '../../ui/ListStates.tsx';
import { Page } from '../../ui/Page.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { RowList } from '../../ui/RowList.tsx';
import { CreateEventTypeDialog } from './CreateEventTypeDialog.tsx';
import { EventTypeRow } from './EventTypeRow.tsx';

export function EventTypesPage() {
  const eventTypes = useEventTypes();
  const [isCreating, creating] = useDisclosure(false);
  const custom = (eventTypes.data ?? []).filter(isCustom);
  const own = custom.filter(({ origin }) => origin === 'tenant').length;
  const isFull = own >= LIMITS.eventTypesPerTenant;
  const register = (
    <Button leftSection={<Plus size={16} aria-hidden />} onClick={creating.open} disabled={isFull}>
      Register event type
    </Button>
  );
  return (
    <Page
      title="Event types"
      description="What can be published, and what webhooks can subscribe to. Register a type of your own for what only your CRM knows."
      actions={custom.length > 0 ? register : undefined}
    >
      <ListStates query={eventTypes} empty={null}>
        {(all) => (
          <Stack gap="xl">
            <Section title="Registered">
              {isFull && (
                <Text size="sm" c="dimmed" role="status">
                  All {LIMITS.eventTypesPerTenant} that an account may register are there. Delete
                  one that is not needed to register another.
                </Text>
              )}
              {custom.length === 0 ? (
                <Panel>
                  <EmptyState icon={Braces} title="No event types of your own" action={register}>
                    An order is paid, an appointment is booked: describe it with a JSON Schema, and
                    your CRM can publish it like the built-in ones.
                  </EmptyState>
                </Panel>
              ) : (
                <Entries label="Registered event types" entries={custom} />
              )}
            </Section>
            <Section title="Built in">
              <Entries
                label="Built-in event types"
                entries={all.filter((entry) => !isCustom(entry))}
              />
            </Section>
          </Stack>
        )}
      </ListStates>
      <CreateEventTypeDialog opened={isCreating} onClose={creating.close} />
    </Page>
  );
}

function isCustom({ origin }: EventTypeEntry): boolean {
  return origin !== 'product';
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Stack component="section" gap="sm">
      <Title order={2} size="h5">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

function Entries({ label, entries }: { label: string; entries: readonly EventTypeEntry[] }) {
  return (
    <RowList label={label}>
      {entries.map((entry) => (
        <EventTypeRow key={entry.type} entry={entry} />
      ))}
    </RowList>
  );
}
