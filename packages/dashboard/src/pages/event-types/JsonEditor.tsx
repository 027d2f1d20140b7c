import { Box, Textarea } from '@mantine/core';
import type { FieldError } from '@sydx/contract';
import { useId } from 'react';
import classes from './JsonEditor.module.css';

interface JsonEditorProps {
  label: string;
  description: string;
  value: string;
  onChange: (value: string) => void;
  problems: readonly FieldError[];
}

const SHOWN = 5;

/** A text that is to be JSON, and what is wrong with it, place by place. */
export function JsonEditor({ label, description, value, onChange, problems }: JsonEditorProps) {
  const id = useId();
  const more = problems.length - SHOWN;
  return (
    <Box miw={0}>
      <Textarea
        label={label}
        description={description}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={problems.length > 0}
        aria-describedby={id}
        rows={16}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        classNames={{ input: classes.input ?? '' }}
      />
      <Box component="ul" id={id} className={classes.problems} aria-live="polite">
        {problems.slice(0, SHOWN).map(({ pointer, detail }) => (
          <li key={`${pointer} ${detail}`}>
            {pointer === '' ? (
              `This ${detail}.`
            ) : (
              <>
                <span className={classes.pointer}>{pointer}</span> {detail}
              </>
            )}
          </li>
        ))}
        {more > 0 && <li>and {more} more</li>}
      </Box>
    </Box>
  );
}
