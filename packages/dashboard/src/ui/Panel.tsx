import { Box, type BoxProps, Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Panel.module.css';

interface PanelProps extends BoxProps {
  title?: string;
  description?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}

/** A bordered part of a page. */
export function Panel({ title, description, actions, children, ...box }: PanelProps) {
  return (
    <Box component="section" className={classes.panel} {...box}>
      {title !== undefined && (
        <Group
          justify="space-between"
          align="flex-start"
          mb={children === undefined ? 0 : 'md'}
          gap="sm"
        >
          <Box miw={0} flex="1 1 240px">
            <Title order={2} className={classes.title}>
              {title}
            </Title>
            {description !== undefined && (
              <Text size="sm" c="dimmed" mt={2}>
                {description}
              </Text>
            )}
          </Box>
          {actions}
        </Group>
      )}
      {children}
    </Box>
  );
}
