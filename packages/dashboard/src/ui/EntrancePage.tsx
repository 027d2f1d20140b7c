import { Box, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import classes from './EntrancePage.module.css';

interface EntrancePageProps {
  title: string;
  description?: ReactNode;
  children: ReactNode;
}

/** A page outside the shell: signing in, one-time links. */
export function EntrancePage({ title, description, children }: EntrancePageProps) {
  useDocumentTitle(`${title} · Sydx AI`);
  return (
    <Box component="main" className={classes.page}>
      <Box className={classes.card}>
        <img src="/favicon.svg" alt="Sydx AI" width={36} height={36} />
        <Stack gap={4} mt="lg" mb="lg">
          <Title order={1} className={classes.title}>
            {title}
          </Title>
          {description !== undefined && <Text c="dimmed">{description}</Text>}
        </Stack>
        {children}
      </Box>
    </Box>
  );
}
