import { Box, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './DeliveryDrawer.module.css';

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Box component="section" className={classes.section} aria-label={title}>
      <Title order={3} className={classes.heading}>
        {title}
      </Title>
      {children}
    </Box>
  );
}
