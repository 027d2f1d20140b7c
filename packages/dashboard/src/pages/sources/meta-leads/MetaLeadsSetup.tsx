import { Anchor, Box, Code, Stack, Text } from '@mantine/core';
import { CopyField } from '../../../ui/CopyField.tsx';
import { Step, Steps } from '../../../ui/Steps.tsx';
import type { SetupProps } from '../kind-view.ts';
import { MetaReachNote } from '../MetaReachNote.tsx';

/** What to do in Meta's app dashboard, in its own words. */
export function MetaLeadsSetup({ source, verifyToken }: SetupProps<'meta-leads'>) {
  return (
    <Stack gap="lg">
      <MetaReachNote url={source.url} />
      <Steps>
        <Step title="Open the webhooks of your app at Meta">
          Go to the{' '}
          <Anchor
            href="https://developers.facebook.com/apps"
            target="_blank"
            underline="always"
            inherit
          >
            Meta app dashboard
          </Anchor>
          , choose your app, then <strong>Webhooks</strong>. In the list at the top choose{' '}
          <strong>Page</strong> and press <strong>Subscribe to this object</strong>.
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
          </Stack>
        </Step>
        <Step title="Subscribe to leadgen">
          In the list of fields press <strong>Subscribe</strong> beside <Code>leadgen</Code>.
        </Step>
        <Step title="Connect the page with the app">
          The page itself subscribes, too: in the{' '}
          <Anchor
            href="https://developers.facebook.com/tools/explorer"
            target="_blank"
            underline="always"
            inherit
          >
            Graph API Explorer
          </Anchor>{' '}
          send <Code>POST /PAGE-ID/subscribed_apps?subscribed_fields=leadgen</Code> with the page
          access token. Under Business settings → Integrations → Leads access, the app or system
          user must be allowed to read leads.
        </Step>
        <Step title="Send a test lead">
          With the{' '}
          <Anchor
            href="https://developers.facebook.com/tools/lead-ads-testing"
            target="_blank"
            underline="always"
            inherit
          >
            Lead Ads Testing Tool
          </Anchor>
          . Within seconds <Code>lead.captured</Code> appears in the Delivery Logs of every webhook
          that has selected it.
        </Step>
      </Steps>
    </Stack>
  );
}
