import { Box, Text } from '@mantine/core';
import { useId } from 'react';
import { CopyButton } from './CopyButton.tsx';
import classes from './CopyField.module.css';

interface CopyFieldProps {
  label: string;
  value: string;
  /** Hides the label from sight, not from screen readers. */
  isLabelHidden?: boolean;
  onCopied?: () => void;
}

/** A value to take elsewhere, in full and in monospace, with a button that copies it. */
export function CopyField({ label, value, isLabelHidden = false, onCopied }: CopyFieldProps) {
  const id = useId();
  return (
    <Box role="group" aria-labelledby={id}>
      <Text
        id={id}
        size="sm"
        fw={500}
        mb={4}
        {...(isLabelHidden ? { className: classes.hidden } : {})}
      >
        {label}
      </Text>
      <Box className={classes.field}>
        <code className={classes.value}>{value}</code>
        <CopyButton
          value={value}
          label={`Copy ${label.toLowerCase()}`}
          {...(onCopied === undefined ? {} : { onCopied })}
        />
      </Box>
    </Box>
  );
}
