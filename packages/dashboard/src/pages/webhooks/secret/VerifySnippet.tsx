import { Box, Stack, Tabs, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { CodeBlock } from '../../../ui/CodeBlock.tsx';
import { CopyField } from '../../../ui/CopyField.tsx';
import { SECRET_ENV_NAME, SNIPPETS } from '../../guides/snippet-list.ts';
import { snippetText } from '../../guides/snippets.ts';

/**
 * How a receiver verifies signatures, in the language that the reader chose last. The code reads
 * the secret from an environment variable; the variable's line is shown with the secret, once.
 */
export function VerifySnippet({ secret }: { secret: string }) {
  const [chosen, choose] = useLocalStorage({
    key: 'sydx-language',
    defaultValue: 'express',
  });
  const isKnown = SNIPPETS.some(({ id }) => id === chosen);
  return (
    <Stack gap="sm">
      <Box>
        <Text fw={600}>Verify signatures on your server</Text>
        <Text size="sm" c="dimmed">
          n8n, Zapier and Make.com work without. On a server of your own, keep the secret in an
          environment variable and refuse what is not signed with it.
        </Text>
      </Box>
      <CopyField label="Environment variable" value={`${SECRET_ENV_NAME}=${secret}`} />
      <Tabs
        value={isKnown ? chosen : 'express'}
        onChange={(id) => choose(id ?? 'express')}
        variant="pills"
        keepMounted={false}
      >
        <Tabs.List mb="xs" aria-label="Language">
          {SNIPPETS.map(({ id, label }) => (
            <Tabs.Tab key={id} value={id} px={10} py={4} fz="xs">
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {SNIPPETS.map(({ id, file, install, run }) => (
          <Tabs.Panel key={id} value={id}>
            <CodeBlock title={file} code={snippetText(id, SECRET_ENV_NAME)} maxHeight={240} />
            <Text size="xs" c="dimmed" mt={6}>
              {install !== undefined && (
                <>
                  <code>{install}</code>, then{' '}
                </>
              )}
              <code>{run}</code>
            </Text>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}
