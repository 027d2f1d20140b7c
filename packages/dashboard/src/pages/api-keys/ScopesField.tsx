import type { Scope } from '@sydx/contract';
import { Box, Checkbox, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { GRANTABLE } from './scopes.ts';
import classes from './ScopesField.module.css';

interface ScopesFieldProps {
  value: readonly Scope[];
  onChange: (scopes: Scope[]) => void;
  error?: ReactNode;
}

export function ScopesField({ value, onChange, error }: ScopesFieldProps) {
  return (
    <Checkbox.Group label="What it may do" value={[...value]} onChange={onChange} error={error}>
      <Stack gap={8} mt={6} mb={4}>
        {GRANTABLE.map(({ scope, label, description }) => (
          <Box key={scope} className={classes.scope}>
            <Checkbox value={scope} label={label} description={description} error={error != null} />
          </Box>
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
