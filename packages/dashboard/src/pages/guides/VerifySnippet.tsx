import { Code, Stack, Tabs, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { CodeBlock } from '../../ui/CodeBlock.tsx';
import { SECRET_ENV_NAME, SNIPPETS } from './snippet-list.ts';
import { snippetText } from './snippets.ts';

interface VerifySnippetProps {
  /** The environment variable that the code reads the secret from. */
  secretEnvName?: string;
  /** Pixels before the code scrolls. */
  maxHeight?: number;
}

/** A receiver that verifies signatures, in the language that the reader chose last. */
export function VerifySnippet({
  secretEnvName = SECRET_ENV_NAME,
  maxHeight = 320,
}: VerifySnippetProps) {
  const [chosen, choose] = useLocalStorage({
    key: 'sydx-snippet',
    defaultValue: 'express',
    getInitialValueInEffect: false,
  });
  const isKnown = SNIPPETS.some(({ id }) => id === chosen);
  return (
    <Tabs
      variant="pills"
      keepMounted={false}
      value={isKnown ? chosen : 'express'}
      onChange={(id) => choose(id ?? 'express')}
    >
      <Tabs.List mb="xs" aria-label="Language">
        {SNIPPETS.map(({ id, label }) => (
          <Tabs.Tab key={id} value={id} px={10} py={5} fz="xs">
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {SNIPPETS.map(({ id, file, install, run }) => (
        <Tabs.Panel key={id} value={id}>
          <Stack gap={8}>
            <CodeBlock title={file} code={snippetText(id, secretEnvName)} maxHeight={maxHeight} />
            <Text size="xs" c="dimmed">
              Run it: {install !== undefined && <Code>{install}</Code>}
              {install !== undefined && ', then '}
              <Code>{run}</Code>
            </Text>
          </Stack>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
