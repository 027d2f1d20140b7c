import { Box, Button, Checkbox, Group, Input, Text, TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { useId, useState } from 'react';
import { useEventTypes } from '../../../api/event-types.ts';
import { ErrorState } from '../../../ui/ErrorState.tsx';
import { RowsSkeleton } from '../../../ui/Skeletons.tsx';
import { type EventGroup, groupEvents, matchesEvent } from './event-groups.ts';
import classes from './EventsField.module.css';

interface EventsFieldProps {
  value: readonly string[];
  onChange: (events: string[]) => void;
  error?: React.ReactNode;
}

/** Which events a webhook receives: grouped, searchable, all at once. */
export function EventsField({ value, onChange, error }: EventsFieldProps) {
  const { data, error: loadError, refetch } = useEventTypes();
  const [search, setSearch] = useState('');
  const id = useId();
  const all = (data ?? []).filter(({ subscribable }) => subscribable).map(({ type }) => type);
  const groups = groupEvents((data ?? []).filter((entry) => matchesEvent(entry, search)));
  // In the catalogue's order, whatever was clicked first.
  const select = (events: ReadonlySet<string>) => onChange(all.filter((type) => events.has(type)));

  return (
    <Box role="group" aria-labelledby={id}>
      <Group justify="space-between" align="baseline" mb={6}>
        <Input.Label id={id} component="div" required={false}>
          Events
        </Input.Label>
        <Group gap="xs" align="baseline">
          <Text size="xs" c="dimmed" className="figures" role="status">
            {value.length} of {all.length} selected
          </Text>
          <Button
            size="compact-xs"
            variant="subtle"
            disabled={data === undefined}
            onClick={() => select(new Set(value.length === all.length ? [] : all))}
          >
            {value.length === all.length && all.length > 0 ? 'Clear all' : 'Select all'}
          </Button>
        </Group>
      </Group>
      <Box className={classes.box} data-error={error !== undefined && error !== null}>
        <TextInput
          type="search"
          variant="unstyled"
          placeholder="Search events"
          aria-label="Search events"
          leftSection={<Search size={14} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          // Enter searches; it must not send the form around it.
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.preventDefault();
          }}
          className={classes.search ?? ''}
        />
        <Box className={classes.scroll}>
          {loadError !== null && <ErrorState error={loadError} onRetry={() => void refetch()} />}
          {data === undefined && loadError === null && <RowsSkeleton rows={3} />}
          <Box className={classes.groups}>
            {groups.map((group) => (
              <Types key={group.noun} group={group} selected={new Set(value)} onSelect={select} />
            ))}
          </Box>
          {data !== undefined && groups.length === 0 && (
            <Text size="sm" c="dimmed" p="sm">
              No event matches “{search}”.
            </Text>
          )}
        </Box>
      </Box>
      {error !== undefined && error !== null && (
        <Input.Error mt={6} role="alert">
          {error}
        </Input.Error>
      )}
    </Box>
  );
}

interface TypesProps {
  group: EventGroup;
  selected: ReadonlySet<string>;
  onSelect: (events: ReadonlySet<string>) => void;
}

function Types({ group: { label, types }, selected, onSelect }: TypesProps) {
  const chosen = types.filter(({ type }) => selected.has(type)).length;
  const turn = (names: readonly string[], isOn: boolean) => {
    const next = new Set(selected);
    for (const name of names) {
      if (isOn) next.add(name);
      else next.delete(name);
    }
    onSelect(next);
  };
  return (
    <Box>
      <Checkbox
        size="xs"
        label={label}
        fw={600}
        checked={chosen === types.length}
        indeterminate={chosen > 0 && chosen < types.length}
        onChange={(event) =>
          turn(
            types.map(({ type }) => type),
            event.currentTarget.checked,
          )
        }
      />
      {types.map(({ type, description }) => (
        <Checkbox
          key={type}
          size="xs"
          className={classes.type ?? ''}
          label={<span className={classes.name}>{type}</span>}
          description={description}
          checked={selected.has(type)}
          onChange={(event) => turn([type], event.currentTarget.checked)}
        />
      ))}
    </Box>
  );
}
