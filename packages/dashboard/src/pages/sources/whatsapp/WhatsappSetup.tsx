import { Code, Stack, Text } from '@mantine/core';
import { Step, Steps } from '../../../ui/Steps.tsx';
import type { SetupProps } from '../kind-view.ts';
import { MetaCallbackStep } from '../MetaCallbackStep.tsx';
import { MetaAppDashboardLink } from '../MetaLink.tsx';
import { MetaReachNote } from '../MetaReachNote.tsx';

/** What to do in Meta's app dashboard, in its own words. */
export function WhatsappSetup({ source, verifyToken }: SetupProps<'whatsapp'>) {
  return (
    <Stack gap="lg">
      <MetaReachNote url={source.url} />
      <Steps>
        <Step title="Open your app at Meta">
          Go to the <MetaAppDashboardLink />, choose the app that has WhatsApp, then{' '}
          <strong>WhatsApp → Configuration</strong>. In the part Webhook press <strong>Edit</strong>
          .
        </Step>
        <MetaCallbackStep url={source.url} verifyToken={verifyToken}>
          <Text size="sm">
            Press <strong>Verify and save</strong>. Meta calls the URL at once; no message means
            that it answered.
          </Text>
        </MetaCallbackStep>
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
