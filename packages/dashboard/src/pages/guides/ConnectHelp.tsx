import { Box, Tabs } from '@mantine/core';
import { ConnectGuide } from './ConnectGuide.tsx';
import { type GuideId, GUIDES } from './guides.ts';
import { TOOL_ICONS } from './tool-icons.ts';

interface ConnectHelpProps {
  defaultTool?: GuideId;
  secretEnvName?: string;
}

/** All guides behind tabs, for inside a dialog. */
export function ConnectHelp({ defaultTool = 'n8n', secretEnvName }: ConnectHelpProps) {
  return (
    <Tabs defaultValue={defaultTool} keepMounted={false}>
      <Tabs.List aria-label="Tool">
        {GUIDES.map(({ id, name }) => {
          const Icon = TOOL_ICONS[id];
          return (
            <Tabs.Tab key={id} value={id} leftSection={<Icon size={15} aria-hidden />}>
              {name}
            </Tabs.Tab>
          );
        })}
      </Tabs.List>
      {GUIDES.map(({ id }) => (
        <Tabs.Panel key={id} value={id}>
          <Box pt="lg">
            <ConnectGuide
              tool={id}
              headingOrder={3}
              {...(secretEnvName === undefined ? {} : { secretEnvName })}
            />
          </Box>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
