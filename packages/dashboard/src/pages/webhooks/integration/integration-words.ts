import type { Integration } from '@sydx/contract';

interface Words {
  readonly name: string;
  /** Who takes the webhook away, and when. */
  readonly ending: string;
  /** What becomes of deliveries after a rotation; null: as with anybody's webhook. */
  readonly rotated: string | null;
}

/** What people are told of the webhooks that an integration made. */
export const INTEGRATION_WORDS: Readonly<Record<Integration, Words>> = {
  n8n: {
    name: 'n8n',
    ending: 'The n8n node made this webhook, and deletes it when the workflow is deactivated.',
    rotated: 'The n8n node notices and makes a new secret for itself: there is nothing to copy.',
  },
  zapier: {
    name: 'Zapier',
    ending: 'The Zapier app made this webhook, and deletes it when the Zap is turned off.',
    rotated:
      'The Zap goes on: its app asks this server about each event that it cannot verify. Turn the Zap off and on to give it a secret again.',
  },
  make: {
    name: 'Make',
    ending: 'Make made this webhook, and deletes it when the scenario gives it up.',
    rotated: null,
  },
};
