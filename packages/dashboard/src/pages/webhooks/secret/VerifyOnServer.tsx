import { Box, Stack, Text } from '@mantine/core';
import { CopyField } from '../../../ui/CopyField.tsx';
import { SECRET_ENV_NAME } from '../../guides/snippet-list.ts';
import { VerifySnippet } from '../../guides/VerifySnippet.tsx';

/**
 * How a receiver of one's own verifies signatures. The code reads the secret from an environment
 * variable; the variable's line is shown with the secret, once.
 */
export function VerifyOnServer({ secret }: { secret: string }) {
  return (
    <Stack gap="sm">
      <Box>
        <Text fw={600}>Verify signatures on your server</Text>
        <Text c="dimmed">
          n8n, Zapier and Make.com work without. On a server of your own, keep the secret in an
          environment variable and refuse what is not signed with it.
        </Text>
      </Box>
      <CopyField label="Environment variable" value={`${SECRET_ENV_NAME}=${secret}`} />
      <VerifySnippet maxHeight={200} />
    </Stack>
  );
}
