import { Anchor, Box, Code, Stack, Text } from '@mantine/core';
import { CopyField } from '../../../ui/CopyField.tsx';
import { Step, Steps } from '../../../ui/Steps.tsx';
import type { SetupProps } from '../kind-view.ts';
import { MetaReachNote } from '../MetaReachNote.tsx';

/** What to do in Meta's app dashboard, in its own words. */
export function WhatsappSetup({ source, verifyToken }: SetupProps<'whatsapp'>) {
  return (
    <Stack gap="lg">
      <MetaReachNote url={source.url} />
      <Steps>
        <Step title="Open your app at Meta">
          Go to the{' '}
          <Anchor
            href="https://developers.facebook.com/apps"
            target="_blank"
            underline="always"
            inherit
          >
            Meta app dashboard
          </Anchor>
          , choose the app that has WhatsApp, then <strong>WhatsApp → Configuration</strong>. In the
          part Webhook press <strong>Edit</strong>.
        </Step>
        <Step title="Enter callback URL and verify token">
          <Stack gap="sm" mt={6}>
            <Box c="var(--mantine-color-text)">
              <CopyField label="Callback URL" value={source.url} />
            </Box>
            {verifyToken === undefined ? (
              <Text size="sm">
                The verify token was shown once, when it was set. If it is lost, press Edit beside
                the source and enter a new one.
              </Text>
            ) : (
              <Box c="var(--mantine-color-text)">
                <CopyField label="Verify token" value={verifyToken} />
                <Text size="xs" c="var(--sydx-warn)" mt={6}>
                  Shown only once: it is kept encrypted from here on.
                </Text>
              </Box>
            )}
            <Text size="sm">
              Press <strong>Verify and save</strong>. Meta calls the URL at once; no message means
              that it answered.
            </Text>
          </Stack>
        </Step>
        <Step title="Subscribe to messages">
          Under <strong>Webhook fields</strong> press <strong>Manage</strong> and subscribe to{' '}
          <Code>messages</Code>: customers’ messages, and the status of yours. If you also write
          from the WhatsApp Business app, subscribe to <Code>smb_message_echoes</Code> as well.
        </Step>
        <Step title="Switch the app live">
          At the top of the dashboard, <strong>App mode</strong> must be <strong>Live</strong>.
          Until then Meta sends nothing but its own test messages.
        </Step>
        <Step title="Send a message to your number">
          Within seconds <Code>message.received</Code> appears in the Delivery Logs of every webhook
          that has selected it.
        </Step>
      </Steps>
    </Stack>
  );
}
