import { Box, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
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
  const { steps, sees, problems } = guideOf(tool);
  return (
    <Stack gap={32}>
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
