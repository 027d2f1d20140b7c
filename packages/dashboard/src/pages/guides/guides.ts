import { LISTEN, N8N_NODE, ZAPIER_APP } from './native-ways.ts';

/**
 * How to connect each tool, as data: the one place of these texts. **bold** is what a button or
 * field of the other tool is called, `code` is what one types or reads (GuideText.tsx).
 */
export interface Guide {
  readonly id: GuideId;
  readonly name: string;
  /** Under the name, where one chooses: a few words. */
  readonly summary: string;
  readonly title: string;
  readonly description: string;
  /** What a URL of the tool looks like. */
  readonly urlExample: string;
  /** The first one works for everybody. */
  readonly ways: readonly [Way, ...Way[]];
}

/** One way to connect a tool. */
export interface Way {
  /** Where one chooses between several. */
  readonly label: string;
  /** Whom it is for, above the steps. */
  readonly note?: string;
  readonly steps: readonly GuideStep[];
  /** What the reader will see when it works. */
  readonly sees: readonly { readonly where: string; readonly what: string }[];
  /** What the reader may see instead, and what to do. */
  readonly problems: readonly { readonly sign: string; readonly remedy: string }[];
}

export interface GuideStep {
  readonly title: string;
  readonly text: string;
  /** Under this step stands the code that verifies signatures. */
  readonly hasSnippet?: boolean;
}

export type GuideId = 'n8n' | 'zapier' | 'make' | 'custom';

export function isGuideId(text: string): text is GuideId {
  return GUIDES.some(({ id }) => id === text);
}

export const GUIDES: readonly Guide[] = [
  {
    id: 'n8n',
    name: 'n8n',
    summary: 'Cloud or self-hosted',
    title: 'Connect n8n',
    description: 'Start an n8n workflow with every event.',
    urlExample: 'https://your-n8n.example.com/webhook/…',
    ways: [
      {
        label: 'Webhook node',
        steps: [
          {
            title: 'Add a Webhook node',
            text: 'In n8n, create a workflow and add a **Webhook** trigger node.',
          },
          {
            title: 'Let it answer at once',
            text: 'Set **HTTP Method** to `POST` and **Respond** to **Immediately**. Under **Options**, leave **Ignore Bots** off: n8n takes any webhook sender for a bot.',
          },
          {
            title: 'Copy the Production URL',
            text: 'It holds `/webhook/`. The Test URL holds `/webhook-test/` and works for two minutes after **Listen for test event** only.',
          },
          {
            title: 'Activate the workflow',
            text: 'Switch it to **Active** (**Publish** in newer versions). Until then the Production URL answers `404`.',
          },
          {
            title: 'Create the webhook here',
            text: 'Paste the Production URL, select your events and press **Create**. Then press **Test**.',
          },
          {
            title: 'Add what shall follow',
            text: 'Google Sheets, Email, Slack and so on. A **Switch** node on `{{ $json.body.event }}` tells several event types apart.',
          },
        ],
        sees: [
          { where: 'After Test', what: '`200` and `{"message":"Workflow was started"}`' },
          {
            where: 'In n8n',
            what: 'A new run under **Executions**. Runs of the Production URL are not drawn on the canvas.',
          },
          {
            where: 'In the nodes',
            what: 'The event under `body`: `{{ $json.body.event }}`, `{{ $json.body.data.contact }}`',
          },
        ],
        problems: [
          {
            sign: '404',
            remedy:
              'The workflow is not active, the URL is the Test URL, or **HTTP Method** is not `POST`.',
          },
          { sign: '403', remedy: '**Ignore Bots** is on, or the node asks for authentication.' },
          {
            sign: 'Timeout',
            remedy:
              '**Respond** waits for the last node. Choose **Immediately**: there are 5 seconds to answer.',
          },
        ],
      },
      N8N_NODE,
    ],
  },
  {
    id: 'zapier',
    name: 'Zapier',
    summary: 'On a paid plan',
    title: 'Connect Zapier',
    description:
      'Start a Zap with every event. “Webhooks by Zapier” is part of Zapier’s paid plans.',
    urlExample: 'https://hooks.zapier.com/hooks/catch/…',
    ways: [
      {
        label: 'Webhooks by Zapier',
        steps: [
          {
            title: 'Start a Zap with Catch Hook',
            text: 'Create a Zap. As its trigger choose **Webhooks by Zapier**, as event **Catch Hook**. Leave **Pick off a Child Key** empty.',
          },
          {
            title: 'Copy the webhook URL',
            text: 'Zapier shows it under **Test**. Treat it like a password: whoever has it can start your Zap.',
          },
          {
            title: 'Create the webhook here',
            text: 'Paste the URL, select your events and press **Create**. Then press **Test**.',
          },
          {
            title: 'Find the event in Zapier',
            text: 'Press **Test trigger**: the test event is there. It holds a message only, so let a real event happen and load it as another record.',
          },
          {
            title: 'Map the fields and publish',
            text: 'Add your action, map its fields to those of the real event, and press **Publish**.',
          },
        ],
        sees: [
          { where: 'After Test', what: '`200` and `"status":"success"`' },
          {
            where: 'In Zapier',
            what: 'The fields `event`, `timestamp` and `tenantId`, and those of the event as **Data Contact**, **Data Name**, **Data Body**',
          },
        ],
        problems: [
          {
            sign: 'Success here, nothing in Zapier',
            remedy:
              'Zapier answers `200` even while a Zap is off. Check that it is published, and look into the Zap history.',
          },
          {
            sign: 'Fields are missing',
            remedy:
              'The sample is the test event. Let a real event happen and load a new record under **Test trigger**.',
          },
          {
            sign: 'Other events arrive too',
            remedy:
              'Add a **Filter** on `event`, or create a webhook for this Zap alone, with its events.',
          },
          {
            sign: 'You need the signature',
            remedy:
              '**Catch Hook** hides headers and the raw body. **Catch Raw Hook** passes both on.',
          },
        ],
      },
      ZAPIER_APP,
    ],
  },
  {
    id: 'make',
    name: 'Make.com',
    summary: 'Formerly Integromat',
    title: 'Connect Make.com',
    description: 'Start a scenario with every event.',
    urlExample: 'https://hook.eu2.make.com/…',
    ways: [
      {
        label: 'Custom webhook',
        steps: [
          {
            title: 'Add a Custom webhook',
            text: 'In Make, create a scenario and add the module **Webhooks** → **Custom webhook**.',
          },
          {
            title: 'Copy its URL',
            text: 'Press **Add**, name the webhook, save, and press **Copy address to clipboard**. Make now waits for a first request, to learn its structure.',
          },
          {
            title: 'Create the webhook here',
            text: 'Paste the URL, select your events and press **Create**. Then press **Test**.',
          },
          {
            title: 'Teach Make the real fields',
            text: 'The test event holds a message only. Press **Redetermine data structure** in the module and let a real event happen.',
          },
          {
            title: 'Switch the scenario on',
            text: 'Add the modules that shall follow, choose **Immediately as data arrives** and switch the scenario **on**.',
          },
        ],
        sees: [
          { where: 'After Test', what: '`200` and `Accepted`' },
          {
            where: 'In Make',
            what: '**Successfully determined** beside the module; then the fields `event`, `timestamp`, `tenantId` and the collection `data`',
          },
        ],
        problems: [
          {
            sign: '410',
            remedy:
              'The webhook was deleted in Make, or belonged to no scenario for five days. Make a new one, enter its URL here, then press **Redeliver** in the Delivery Logs.',
          },
          {
            sign: '400, Queue is full',
            remedy:
              'The scenario is off or too slow, and no more may wait. Switch it on, then press **Replay** in the Delivery Logs.',
          },
          {
            sign: '429',
            remedy:
              'More arrives than Make takes at once. It is sent again by itself; if it stays, select fewer events.',
          },
          {
            sign: 'Fields are missing',
            remedy:
              'Make knows the test event only. Press **Redetermine data structure** once more.',
          },
          {
            sign: 'You need the signature',
            remedy:
              'Switch on **Get request headers** and **JSON pass-through** in the webhook’s advanced settings.',
          },
        ],
      },
    ],
  },
  {
    id: 'custom',
    name: 'Custom server',
    summary: 'Any HTTPS endpoint',
    title: 'Connect your own server',
    description: 'Receive every event on an endpoint of yours that takes POST.',
    urlExample: 'https://api.yourcompany.com/sydx-webhook',
    ways: [
      {
        label: 'A server',
        steps: [
          {
            title: 'Keep the secret out of the code',
            text: 'Put the webhook’s secret, `whsec_` included, into an environment variable of your server.',
          },
          {
            title: 'Verify every request',
            text: '`X-Sydx-Signature` is the HMAC-SHA256 of the body in hex, keyed with the secret. Each of these runs as it stands:',
            hasSnippet: true,
          },
          {
            title: 'Answer within 5 seconds',
            text: 'Answer `200` first and do the work afterwards. Any other status, or none in time, is tried again after 5 seconds, 30 seconds and 2 minutes.',
          },
          {
            title: 'Do each event once',
            text: 'A retry or redelivery carries the same `webhook-id` header. Remember it, and skip what you had.',
          },
          {
            title: 'Create the webhook here',
            text: 'Enter the endpoint’s URL, select your events and press **Create**. Then press **Test**.',
          },
        ],
        sees: [
          { where: 'After Test', what: 'Your server’s own status code and answer' },
          { where: 'On your server', what: 'A `POST` with `"event":"test.ping"`' },
        ],
        problems: [
          {
            sign: '401',
            remedy:
              'The secret is not this webhook’s present one, or the body was changed before it was verified.',
          },
          {
            sign: '404',
            remedy: 'The path of the URL is not the one that your server listens on.',
          },
          { sign: '500', remedy: 'Your handler failed: check your server logs.' },
          { sign: 'Timeout', remedy: 'The work is done before the answer. Answer first.' },
          {
            sign: 'SSL/TLS error',
            remedy: 'The endpoint needs a valid certificate of a public authority, chain included.',
          },
        ],
      },
      LISTEN,
    ],
  },
];

export function guideOf(id: GuideId): Guide {
  const guide = GUIDES.find((one) => one.id === id);
  if (guide === undefined) throw new Error(`There is no guide for ${id}.`);
  return guide;
}
