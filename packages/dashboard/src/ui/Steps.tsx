import { Box } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Steps.module.css';

/** What to do, one after the other. */
export function Steps({ children }: { children: ReactNode }) {
  return (
    <Box component="ol" className={classes.steps}>
      {children}
    </Box>
  );
}

export function Step({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <Box component="li" className={classes.step}>
      <Box className={classes.title}>{title}</Box>
      {children !== undefined && <Box className={classes.content}>{children}</Box>}
    </Box>
  );
}
