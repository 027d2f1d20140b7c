import { Box, Text } from '@mantine/core';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './RowList.module.css';

/** A bordered list, one thing a row. */
export function RowList({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Box component="ul" className={classes.list} aria-label={label}>
      {children}
    </Box>
  );
}

/** @param props `label` is the thing's name, for screen readers */
export function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Box component="li" className={classes.row} aria-label={label}>
      {children}
    </Box>
  );
}

export function RowIcon({ icon: Icon }: { icon: LucideIcon }) {
  return (
    <Box className={classes.icon}>
      <Icon size={17} aria-hidden />
    </Box>
  );
}

export function RowName({ children }: { children: ReactNode }) {
  return (
    <Text component="span" className={classes.name}>
      {children}
    </Text>
  );
}
