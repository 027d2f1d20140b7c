import { HONEYPOT_FIELD } from '@sydx/contract';
import { Box, Code, Stack, Tabs, Text } from '@mantine/core';
import { CodeBlock } from '../../../ui/CodeBlock.tsx';
import { CopyField } from '../../../ui/CopyField.tsx';
import { Step, Steps } from '../../../ui/Steps.tsx';
import type { SetupProps } from '../kind-view.ts';
import { htmlSnippet, scriptSnippet } from './snippets.ts';

/** How a form gets onto a site, or one that is there gets here. */
export function FormSetup({ source }: SetupProps<'form'>) {
  const { allowedOrigins, honeypot = HONEYPOT_FIELD } = source.settings;
  return (
    <Steps>
      <Step title="Put the form on your site">
        <Stack gap="sm" mt={6} c="var(--mantine-color-text)">
          <Snippets source={source} />
        </Stack>
      </Step>
      <Step title="Or use a form that you have">
        <Stack gap="sm" mt={6}>
          <Box c="var(--mantine-color-text)">
            <CopyField label="Form URL" value={source.url} />
          </Box>
          <Text size="sm">
            Enter it as the form’s <Code>action</Code>, with <Code>method="post"</Code>. Add a
            hidden field <Code>{honeypot}</Code> as a trap for robots. Files are not taken.
          </Text>
        </Stack>
      </Step>
      <Step title="Send it once yourself">
        From a page of <Code>{allowedOrigins[0]}</Code>: within seconds <Code>lead.captured</Code>{' '}
        appears in the Delivery Logs of every webhook that has selected it.
      </Step>
    </Steps>
  );
}

function Snippets({ source }: SetupProps<'form'>) {
  return (
    <Tabs variant="pills" defaultValue="html" keepMounted={false}>
      <Tabs.List mb="xs" aria-label="Kind of form">
        <Tabs.Tab value="html" px={10} py={5} fz="xs">
          HTML
        </Tabs.Tab>
        <Tabs.Tab value="script" px={10} py={5} fz="xs">
          Without leaving the page
        </Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="html">
        <CodeBlock title="form.html" code={htmlSnippet(source)} />
      </Tabs.Panel>
      <Tabs.Panel value="script">
        <CodeBlock title="form.js" code={scriptSnippet(source)} />
      </Tabs.Panel>
    </Tabs>
  );
}
