import { Button, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { SecretOnce } from '../../ui/SecretOnce.tsx';
import { formatDateTime } from '../../ui/time.ts';

interface LinkOnceProps {
  label: string;
  url: string;
  expiresAt: string;
  /** Whom to send it to, and what it does. */
  children: ReactNode;
  /** What to do when it is lost. */
  warning: string;
  onDone: () => void;
}

/** A one-time link, which somebody has to hand over: this product sends no email. */
export function LinkOnce({ label, url, expiresAt, children, warning, onDone }: LinkOnceProps) {
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => top.current?.focus(), []);
  return (
    <Stack ref={top} tabIndex={-1} style={{ outline: 'none' }}>
      <Text>{children}</Text>
      <SecretOnce label={label} value={url} warning={warning} />
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          Works once, until {formatDateTime(expiresAt)}.
        </Text>
        <Button onClick={onDone}>Done</Button>
      </Group>
    </Stack>
  );
}
