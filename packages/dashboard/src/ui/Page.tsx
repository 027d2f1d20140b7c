import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import classes from './Page.module.css';

interface PageProps {
  title: string;
  /** One sentence under the title. */
  description?: ReactNode;
  /** Buttons at the right of the title. */
  actions?: ReactNode;
  /** A link back, above the title. */
  back?: ReactNode;
  /** For a page that is one form. */
  isNarrow?: boolean;
  children: ReactNode;
}

/** The frame of every page: heading, actions, content at a readable width. */
export function Page({ title, description, actions, back, isNarrow, children }: PageProps) {
  useDocumentTitle(`${title} · Sydx AI`);
  return (
    <Box className={classes.page} mod={{ narrow: isNarrow }}>
      {back !== undefined && <Box mb="sm">{back}</Box>}
      <Group justify="space-between" align="flex-start" gap="md" mb="lg">
        <Stack gap={4} className={classes.heading}>
          <Title order={1} className={classes.title}>
            {title}
          </Title>
          {description !== undefined && (
            <Text c="dimmed" maw={640} size="md">
              {description}
            </Text>
          )}
        </Stack>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Box>
  );
}
