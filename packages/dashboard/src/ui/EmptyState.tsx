import { Box, Stack, Title } from '@mantine/core';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './EmptyState.module.css';

interface EmptyStateProps {
  icon: LucideIcon;
  title: string;
  /** Why it is empty. */
  children?: ReactNode;
  /** The one thing to do next. */
  action?: ReactNode;
}

export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
  return (
    <Stack align="center" gap="xs" className={classes.state}>
      <Box className={classes.icon}>
        <Icon size={20} aria-hidden />
      </Box>
      <Title order={2} className={classes.title}>
        {title}
      </Title>
      <Box className={classes.text}>{children}</Box>
      {action !== undefined && <Box mt="xs">{action}</Box>}
    </Stack>
  );
}
