import { Box, Button, Group, Input, Select, Stack, Text, Textarea } from '@mantine/core';
import { LIMITS } from '@sydx/contract';
import { Braces, Funnel, Plus, Rows3, X } from 'lucide-react';
import { useId } from 'react';
import { useEventTypes } from '../../../api/event-types.ts';
import { ConditionRow } from './ConditionRow.tsx';
import {
  asRows,
  emptyRow,
  type FilterDraft,
  NO_FILTER,
  readDraft,
  type Row,
} from './filter-draft.ts';
import classes from './FilterField.module.css';
import { FilterTrial } from './FilterTrial.tsx';
import { knownFields } from './known-fields.ts';

interface FilterFieldProps {
  value: FilterDraft;
  onChange: (draft: FilterDraft) => void;
  /** The selected event types. */
  events: readonly string[];
  error?: React.ReactNode;
}

/** Which of the selected events a webhook gets: conditions on their data, tried on recent ones. */
export function FilterField({ value, onChange, events, error }: FilterFieldProps) {
  const id = useId();
  if (value.kind === 'none') {
    return (
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed">
          Every selected event is sent.
        </Text>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<Funnel size={13} aria-hidden />}
          onClick={() => onChange({ kind: 'rows', mode: 'all', rows: [emptyRow()] })}
        >
          Only some of them
        </Button>
      </Group>
    );
  }
  return (
    <Box role="group" aria-labelledby={id}>
      <Group justify="space-between" align="baseline" mb={6}>
        <Input.Label id={id} component="div" required={false}>
          Only when
        </Input.Label>
        <Group gap={4}>
          <ViewButton draft={value} onChange={onChange} />
          <Button
            size="compact-xs"
            variant="subtle"
            color="red"
            leftSection={<X size={13} aria-hidden />}
            onClick={() => onChange(NO_FILTER)}
          >
            Send every event
          </Button>
        </Group>
      </Group>
      <Box className={classes.box} data-error={error !== undefined && error !== null}>
        {value.kind === 'rows' ? (
          <Conditions draft={value} onChange={onChange} events={events} />
        ) : (
          <Textarea
            aria-label="Filter as JSON"
            autosize
            minRows={4}
            maxRows={14}
            spellCheck={false}
            classNames={{ input: classes.json ?? '' }}
            value={value.text}
            onChange={(event) => onChange({ kind: 'json', text: event.currentTarget.value })}
          />
        )}
        <FilterTrial draft={value} events={events} />
      </Box>
      {error !== undefined && error !== null && (
        <Input.Error mt={6} role="alert">
          {error}
        </Input.Error>
      )}
    </Box>
  );
}

interface DraftProps<Draft> {
  draft: Draft;
  onChange: (draft: FilterDraft) => void;
}

/** Rows and JSON show the same filter, where rows can. */
function ViewButton({ draft, onChange }: DraftProps<FilterDraft>) {
  if (draft.kind === 'rows') {
    const reading = readDraft(draft);
    const filter = reading.ok ? reading.filter : null;
    return (
      <Button
        size="compact-xs"
        variant="subtle"
        leftSection={<Braces size={13} aria-hidden />}
        disabled={filter === null}
        onClick={() => onChange({ kind: 'json', text: JSON.stringify(filter, null, 2) })}
      >
        Edit as JSON
      </Button>
    );
  }
  const rows = asRows(draft);
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      leftSection={<Rows3 size={13} aria-hidden />}
      disabled={rows === null}
      title={rows === null ? 'Groups in groups can be shown as JSON only' : undefined}
      onClick={() => rows !== null && onChange(rows)}
    >
      Edit as rows
    </Button>
  );
}

function Conditions({
  draft,
  onChange,
  events,
}: DraftProps<Extract<FilterDraft, { kind: 'rows' }>> & { events: readonly string[] }) {
  const { data: types = [] } = useEventTypes();
  const { rows, mode } = draft;
  const fields = knownFields(types, events);
  const keep = (next: readonly Row[]) =>
    onChange(next.length === 0 ? NO_FILTER : { ...draft, rows: next });
  return (
    <Stack gap="xs">
      {rows.length > 1 && (
        <Select
          size="xs"
          aria-label="How conditions are joined"
          className={classes.mode ?? ''}
          data={[
            { value: 'all', label: 'all of these hold' },
            { value: 'any', label: 'at least one of these holds' },
          ]}
          value={mode}
          allowDeselect={false}
          onChange={(chosen) => onChange({ ...draft, mode: chosen === 'any' ? 'any' : 'all' })}
        />
      )}
      {rows.map((row, index) => (
        <ConditionRow
          key={row.key}
          number={index + 1}
          row={row}
          fields={fields}
          onChange={(changed) => keep(rows.map((one) => (one.key === row.key ? changed : one)))}
          onRemove={() => keep(rows.filter((one) => one.key !== row.key))}
        />
      ))}
      <Button
        size="compact-xs"
        variant="subtle"
        className={classes.add ?? ''}
        leftSection={<Plus size={13} aria-hidden />}
        disabled={rows.length >= LIMITS.filterConditions}
        onClick={() => keep([...rows, emptyRow()])}
      >
        Add condition
      </Button>
    </Stack>
  );
}
