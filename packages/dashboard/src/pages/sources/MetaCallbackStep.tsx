import { Box, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyField } from '../../ui/CopyField.tsx';
import { Step } from '../../ui/Steps.tsx';

interface MetaCallbackStepProps {
  url: string;
  /** Known right after creating only. */
  verifyToken: string | undefined;
  /** What to press then, where Meta does not say it. */
  children?: ReactNode;
}

/** The step in which Meta gets to know where to send, and asks whether that is meant. */
export function MetaCallbackStep({ url, verifyToken, children }: MetaCallbackStepProps) {
  return (
    <Step title="Enter callback URL and verify token">
      <Stack gap="sm" mt={6}>
        <Box c="var(--mantine-color-text)">
          <CopyField label="Callback URL" value={url} />
        </Box>
        {verifyToken === undefined ? (
          <Text size="sm">
            The verify token was shown once, when it was set. If it is lost, press Edit beside the
            source and enter a new one.
          </Text>
        ) : (
          <Box c="var(--mantine-color-text)">
            <CopyField label="Verify token" value={verifyToken} />
            <Text size="xs" c="var(--sydx-warn)" mt={6}>
              Shown only once: it is kept encrypted from here on.
            </Text>
          </Box>
        )}
        {children}
      </Stack>
    </Step>
  );
}
