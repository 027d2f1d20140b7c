import { Button, Group, Stack, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { SecretOnce } from '../../../ui/SecretOnce.tsx';
import { WarningNote } from '../../../ui/WarningNote.tsx';
import { VerifyOnServer } from './VerifyOnServer.tsx';

interface NewSecretProps {
  secret: string;
  onDone: () => void;
  /** What the server finds odd about the URL. */
  warning?: string | undefined;
  /** An old secret just stopped working. */
  isReplacing?: boolean;
}

/** The one time that a webhook's secret is shown, with what to do with it. */
export function NewSecret({ secret, onDone, warning, isReplacing = false }: NewSecretProps) {
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => {
    top.current?.focus({ preventScroll: true });
    // The dialog may still be scrolled down to the button that was pressed.
    top.current?.scrollIntoView({ block: 'start' });
  }, []);
  return (
    <Stack ref={top} tabIndex={-1} style={{ outline: 'none', scrollMarginTop: 120 }}>
      {warning !== undefined && <WarningNote>{warning}</WarningNote>}
      <SecretOnce
        label="Webhook secret"
        value={secret}
        warning={
          isReplacing
            ? 'The full secret is only shown once. The old one no longer works: update the secret in your receiving application now.'
            : 'The full secret is only shown once. Copy and store it securely: you need it to verify webhook signatures on your receiving server.'
        }
      />
      <VerifyOnServer secret={secret} />
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {isReplacing ? 'Then press Test.' : 'Next, press Test beside your webhook.'}
        </Text>
        <Button onClick={onDone}>Done</Button>
      </Group>
    </Stack>
  );
}
