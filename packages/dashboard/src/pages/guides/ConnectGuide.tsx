import { Box, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Step, Steps } from '../../ui/Steps.tsx';
import { type GuideId, guideOf } from './guides.ts';
import { GuideText } from './GuideText.tsx';
import { Outcomes } from './Outcomes.tsx';
import { VerifySnippet } from './VerifySnippet.tsx';

interface ConnectGuideProps {
  tool: GuideId;
  secretEnvName?: string;
  /** One below the heading that it stands under. */
  headingOrder?: 2 | 3;
}

/** How to connect one tool: what to do, what one will see, and what to do when one does not. */
export function ConnectGuide({ tool, secretEnvName, headingOrder = 2 }: ConnectGuideProps) {
  const { name, urlExample, ways } = guideOf(tool);
  const [label, setLabel] = useState(ways[0].label);
  const { note, steps, sees, problems } = ways.find((way) => way.label === label) ?? ways[0];
  return (
    <Stack gap={32}>
      <Stack gap="sm" align="flex-start">
        {ways.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label={`Way to connect: ${name}`}
            data={ways.map((way) => way.label)}
            value={label}
            onChange={setLabel}
          />
        )}
        <Text size="sm" c="dimmed">
          {note ?? (
            <>
              The URL that you will paste looks like{' '}
              <Text span ff="monospace" fz="xs" c="var(--mantine-color-text)">
                {urlExample}
              </Text>
            </>
          )}
        </Text>
      </Stack>
      <Steps>
        {steps.map(({ title, text, hasSnippet }) => (
          <Step key={title} title={title}>
            <GuideText>{text}</GuideText>
            {hasSnippet === true && (
              <Box mt="sm">
                <VerifySnippet {...(secretEnvName === undefined ? {} : { secretEnvName })} />
              </Box>
            )}
          </Step>
        ))}
      </Steps>
      <Part title="What you will see" order={headingOrder}>
        <Outcomes rows={sees.map(({ where, what }) => ({ term: where, text: what }))} />
      </Part>
      <Part title="If you see something else" order={headingOrder}>
        <Outcomes rows={problems.map(({ sign, remedy }) => ({ term: sign, text: remedy }))} />
      </Part>
    </Stack>
  );
}

interface PartProps {
  title: string;
  order: 2 | 3;
  children: ReactNode;
}

function Part({ title, order, children }: PartProps) {
  return (
    <Box component="section">
      <Title order={order} fz="md" mb="sm">
        {title}
      </Title>
      {children}
    </Box>
  );
}
