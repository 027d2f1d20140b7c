import { Box, Stack, Tabs, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { CodeBlock } from '../../../ui/CodeBlock.tsx';
import { CopyField } from '../../../ui/CopyField.tsx';
import { SECRET_VARIABLE, SNIPPETS } from './snippets/snippets.ts';

/**
 * How a receiver verifies signatures, in the language that the reader chose last. The code reads
 * the secret from an environment variable; the variable's line is shown with the secret, once.
 */
export function VerifySnippet({ secret }: { secret: string }) {
  const [language, setLanguage] = useLocalStorage({
    key: 'sydx-language',
    defaultValue: SNIPPETS[0].language as string,
  });
  const chosen = SNIPPETS.find((snippet) => snippet.language === language) ?? SNIPPETS[0];
  return (
    <Stack gap="sm">
      <Box>
        <Text fw={600}>Verify signatures on your server</Text>
        <Text size="sm" c="dimmed">
          n8n, Zapier and Make.com work without. On a server of your own, keep the secret in an
          environment variable and refuse what is not signed with it.
        </Text>
      </Box>
      <CopyField label="Environment variable" value={`${SECRET_VARIABLE}=${secret}`} />
      <Tabs
        value={chosen.language}
        onChange={(value) => setLanguage(value ?? chosen.language)}
        variant="pills"
        aria-label="Language"
      >
        <Tabs.List mb="xs" aria-label="Language">
          {SNIPPETS.map(({ language: name }) => (
            <Tabs.Tab key={name} value={name} px={10} py={4} fz="xs">
              {name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {SNIPPETS.map(({ language: name, file, code }) => (
          <Tabs.Panel key={name} value={name}>
            <CodeBlock title={file} code={code} maxHeight={240} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}
