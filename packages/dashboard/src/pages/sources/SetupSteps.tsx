import type { Source } from '@sydx/contract';
import { Alert, Anchor, Box, Code, Stack, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { CopyField } from '../../ui/CopyField.tsx';
import { Step, Steps } from '../../ui/Steps.tsx';

interface SetupStepsProps {
  source: Source;
  /** Known right after creating only. */
  verifyToken?: string;
}

/** What to do in Meta's app dashboard, in its own words. */
export function SetupSteps({ source, verifyToken }: SetupStepsProps) {
  return (
    <Stack gap="lg">
      {!isReachableByMeta(source.url) && <UnreachableNote />}
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

function UnreachableNote() {
  return (
    <Alert color="yellow" icon={<TriangleAlert size={16} />} title="Meta cannot reach this URL">
      Meta calls public https addresses only. Whoever runs this server sets PUBLIC_URL to one that
      leads here; the callback URL then changes by itself.
    </Alert>
  );
}

const PRIVATE_HOST = /^(localhost|127\.|10\.|192\.168\.|\[|0\.0\.0\.0)|\.(local|internal)$/;

function isReachableByMeta(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' && !PRIVATE_HOST.test(hostname);
}
