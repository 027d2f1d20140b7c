import { Code, Stack } from '@mantine/core';
import { Step, Steps } from '../../../ui/Steps.tsx';
import type { SetupProps } from '../kind-view.ts';
import { MetaCallbackStep } from '../MetaCallbackStep.tsx';
import { MetaAppDashboardLink, MetaLink } from '../MetaLink.tsx';
import { MetaReachNote } from '../MetaReachNote.tsx';

/** What to do in Meta's app dashboard, in its own words. */
export function MetaLeadsSetup({ source, verifyToken }: SetupProps<'meta-leads'>) {
  return (
    <Stack gap="lg">
      <MetaReachNote url={source.url} />
      <Steps>
        <Step title="Open the webhooks of your app at Meta">
          Go to the <MetaAppDashboardLink />, choose your app, then <strong>Webhooks</strong>. In
          the list at the top choose <strong>Page</strong> and press{' '}
          <strong>Subscribe to this object</strong>.
        </Step>
        <MetaCallbackStep url={source.url} verifyToken={verifyToken} />
        <Step title="Subscribe to leadgen">
          In the list of fields press <strong>Subscribe</strong> beside <Code>leadgen</Code>.
        </Step>
        <Step title="Connect the page with the app">
          The page itself subscribes, too: in the{' '}
          <MetaLink href="https://developers.facebook.com/tools/explorer">
            Graph API Explorer
          </MetaLink>{' '}
          send <Code>POST /PAGE-ID/subscribed_apps?subscribed_fields=leadgen</Code> with the page
          access token. Under Business settings → Integrations → Leads access, the app or system
          user must be allowed to read leads.
        </Step>
        <Step title="Send a test lead">
          With the{' '}
          <MetaLink href="https://developers.facebook.com/tools/lead-ads-testing">
            Lead Ads Testing Tool
          </MetaLink>
          . Within seconds <Code>lead.captured</Code> appears in the Delivery Logs of every webhook
          that has selected it.
        </Step>
      </Steps>
    </Stack>
  );
}
