import type { Way } from './guides.ts';

/** Ways that subscribe and verify by themselves, beside the URL that one pastes. */

export const N8N_NODE: Way = {
  label: 'Sydx AI Trigger',
  note: 'For an n8n of your own: a node that makes its webhook, verifies every event and takes the webhook away again. There is no URL to paste.',
  steps: [
    {
      title: 'Have the node installed',
      text: 'Whoever runs your n8n installs the community node `n8n-nodes-sydx` under **Settings** → **Community nodes**. n8n Cloud takes only nodes that n8n has verified: use the Webhook node there.',
    },
    {
      title: 'Make an API key here',
      text: 'Under **Settings** → **API keys**, with the scope `webhooks:admin`. It is shown once.',
    },
    {
      title: 'Add the Sydx AI Trigger',
      text: 'In n8n, add the node **Sydx AI Trigger** and create its credential: **Base URL** is the address of this page without a path, **API Key** the one that you made. n8n tries both.',
    },
    {
      title: 'Select your events',
      text: 'They are loaded from here, those that you registered yourself included. A **Filter** lets only some of them through.',
    },
    {
      title: 'Activate the workflow',
      text: 'That makes the webhook. Deactivating deletes it. **Test** starts the workflow too, unless you switch **Run on Test** off in the options.',
    },
  ],
  sees: [
    { where: 'Here, in the list', what: 'A webhook with the mark **n8n**' },
    {
      where: 'In n8n',
      what: 'A run under **Executions** for each event, only when its signature holds',
    },
    {
      where: 'After Rotate Secret',
      what: 'Nothing to do: the node notices, makes a new secret for itself, and the event arrives with a retry',
    },
  ],
  problems: [
    {
      sign: 'No such node in n8n',
      remedy: 'It is not installed, or n8n was not restarted since. Ask whoever runs it.',
    },
    {
      sign: 'The credential is refused',
      remedy: 'The key lacks the scope `webhooks:admin`, or the Base URL has a path.',
    },
    {
      sign: '404 at every event',
      remedy: 'n8n knows the workflow no more, as after a move. Delete the webhook here.',
    },
  ],
};

export const ZAPIER_APP: Way = {
  label: 'Sydx AI app',
  note: 'When whoever runs this server has put the Sydx AI app on Zapier and invited you: triggers for each event, no URL to paste.',
  steps: [
    {
      title: 'Accept the invitation',
      text: 'It comes as a link to **Sydx AI** on Zapier. Without one, use Webhooks by Zapier.',
    },
    {
      title: 'Make an API key here',
      text: 'Under **Settings** → **API keys**, with the scopes `webhooks:admin` and `deliveries:read`. It is shown once.',
    },
    {
      title: 'Start a Zap with Sydx AI',
      text: 'Choose a trigger for one event, or **Any Event** for several, and connect: **Address** is the address of this page without a path, **API Key** the one that you made.',
    },
    {
      title: 'Test, map and publish',
      text: '**Test trigger** loads the last events that really happened, or samples. Publishing the Zap makes the webhook; turning it off deletes it.',
    },
  ],
  sees: [
    { where: 'Here, in the list', what: 'A webhook with the mark **Zapier**' },
    {
      where: 'In Zapier',
      what: 'A run for each event, only when it really comes from here. A `test.ping` starts none',
    },
    {
      where: 'After Rotate Secret',
      what: 'The Zap goes on: the app asks this server about what it cannot verify. Turn the Zap off and on to give it a secret again',
    },
  ],
  problems: [
    {
      sign: 'The connection is refused',
      remedy: 'The key lacks a scope, or the Address has a path.',
    },
    {
      sign: '410, and the webhook is gone',
      remedy: 'The Zap was deleted without our hearing of it. That is how it tidies up.',
    },
  ],
};

export const LISTEN: Way = {
  label: 'Your laptop',
  note: 'For engineers: the real events of this account, really signed, at a port of your own machine. It connects out, so it needs no public URL.',
  steps: [
    {
      title: 'Make an API key here',
      text: 'Under **Settings** → **API keys**, with the scopes `webhooks:admin`, `deliveries:read` and, for samples, `events:write`.',
    },
    {
      title: 'Tell the command line where this is',
      text: 'In a clone of this project: `export SYDX_URL=` the address of this page without a path, and `export SYDX_API_KEY=` the key.',
    },
    {
      title: 'Listen',
      text: '`npx sydx listen --forward http://localhost:3000/hook` makes a webhook for as long as it runs, and posts each delivery to your server with the same headers and bytes.',
    },
    {
      title: 'Let something happen',
      text: '`npx sydx trigger lead.captured` in another terminal publishes a sample, as a real event for all webhooks.',
    },
  ],
  sees: [
    { where: 'In the terminal', what: 'A line for each delivery: event, your status, time' },
    { where: 'On your server', what: 'A `POST` that verifies with the secret that it printed' },
    { where: 'After Ctrl+C', what: 'The webhook is gone' },
  ],
  problems: [
    {
      sign: 'Cannot reach the server',
      remedy: 'Check `SYDX_URL`. When the server restarts it goes on from where it was.',
    },
    {
      sign: 'Success here, an error on your laptop',
      remedy:
        'Your own answer is shown and no more: nothing is retried because of it. Mend it, and send the event again with `npx sydx redeliver` and the delivery’s id.',
    },
    {
      sign: 'There are no inboxes here',
      remedy: 'Whoever runs this server has switched them off (`INBOX=off`).',
    },
  ],
};
