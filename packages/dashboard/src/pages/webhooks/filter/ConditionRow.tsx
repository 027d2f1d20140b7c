import { ActionIcon, Autocomplete, Box, Select, TagsInput, TextInput } from '@mantine/core';
import { LIMITS } from '@sydx/contract';
import { Trash2 } from 'lucide-react';
import classes from './ConditionRow.module.css';
import { COMPARISONS, type Row, TAKES_VALUE } from './filter-draft.ts';
import type { KnownField } from './known-fields.ts';

interface ConditionRowProps {
  /** From 1, for those who hear the page. */
  number: number;
  row: Row;
  fields: readonly KnownField[];
  onChange: (row: Row) => void;
  onRemove: () => void;
}

/** One condition: a field, how it compares, and with what. */
export function ConditionRow({ number, row, fields, onChange, onRemove }: ConditionRowProps) {
  const { field, comparison, value, values } = row;
  /** A field that is chosen from the list compares as its sample suggests. */
  const choose = (chosen: string): void => {
    const known = fields.find((one) => one.field === chosen);
    onChange({ ...row, field: chosen, comparison: known?.comparison ?? comparison });
  };
  return (
    <Box className={classes.row} role="group" aria-label={`Condition ${number}`}>
      <Autocomplete
        size="xs"
        aria-label="Field"
        placeholder="field, such as source"
        className={classes.field ?? ''}
        classNames={{ input: classes.name ?? '' }}
        data={fields.map((one) => one.field)}
        maxLength={LIMITS.filterFieldCharacters}
        autoComplete="off"
        spellCheck={false}
        value={field}
        onChange={(typed) => onChange({ ...row, field: typed })}
        onOptionSubmit={choose}
      />
      <Select
        size="xs"
        aria-label="Comparison"
        className={classes.comparison ?? ''}
        data={COMPARISONS.map(({ value: name, label }) => ({ value: name, label }))}
        value={comparison}
        allowDeselect={false}
        onChange={(chosen) => onChange({ ...row, comparison: chosen ?? 'is' })}
      />
      {comparison === 'isOneOf' && (
        <TagsInput
          size="xs"
          aria-label="Values"
          placeholder={values.length === 0 ? 'value, Enter' : ''}
          className={classes.value ?? ''}
          maxTags={LIMITS.filterValues}
          acceptValueOnBlur
          value={[...values]}
          onChange={(typed) => onChange({ ...row, values: typed })}
        />
      )}
      {TAKES_VALUE.has(comparison) && (
        <TextInput
          size="xs"
          aria-label="Value"
          placeholder="value"
          className={classes.value ?? ''}
          maxLength={LIMITS.filterStringCharacters}
          autoComplete="off"
          value={value}
          onChange={(event) => onChange({ ...row, value: event.currentTarget.value })}
        />
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        className={classes.remove ?? ''}
        aria-label={`Remove condition ${number}`}
        onClick={onRemove}
      >
        <Trash2 size={14} aria-hidden />
      </ActionIcon>
    </Box>
  );
}
