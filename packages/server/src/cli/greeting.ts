import { EVENTS } from '@sydx/contract';
import type { App } from '../app.ts';
import type { Generated } from '../auth/first-run.ts';
import type { Settings } from '../base/settings.ts';
import { credentialsPath, readCredential } from './credentials.ts';
import { curlGet, curlPost, type KeyWord, quoted } from './shell.ts';

/** Said once, to a person at a terminal. */
export function describeGenerated({ tenantId, apiKey, operatorApiKey, admin }: Generated): string {
  const lines = [
    'First start. What follows was made up for you and is shown only now: keep it.',
    `  Tenant          ${tenantId}`,
  ];
  if (apiKey !== null) lines.push(`  API key         ${apiKey}`);
  if (operatorApiKey !== null) lines.push(`  Operator key    ${operatorApiKey}`);
  if (admin !== null) {
    lines.push(`  First admin     ${admin.email}, password ${admin.password}`);
  }
  return `\n${lines.join('\n')}\n`;
}

/** Where the API key is, for people and for a shell. */
interface KeyPlace {
  readonly sentence: string;
  readonly word: KeyWord;
}

function keyPlace(app: App, settings: Settings, isShown: boolean): KeyPlace {
  const tenantId = app.installation?.tenant.id ?? '';
  const apiKey = app.installation?.generated?.apiKey;
  if (isShown && apiKey != null) return { sentence: 'shown above', word: apiKey };
  if (settings.bootstrapApiKey !== null) {
    return { sentence: 'the one in the setting BOOTSTRAP_API_KEY', word: '$BOOTSTRAP_API_KEY' };
  }
  const path = credentialsPath(app.dataDir);
  const isOurs = readCredential(app.dataDir, 'BOOTSTRAP_TENANT') === tenantId;
  if (isOurs && readCredential(app.dataDir, 'BOOTSTRAP_API_KEY') !== null) {
    return {
      sentence: `in the file ${path}, with the rest of what the first start made up`,
      word: fileWord(path, 'BOOTSTRAP_API_KEY'),
    };
  }
  return {
    sentence:
      'shown at the first start. Lost it? Set OPERATOR_API_KEY to a key of your own, start again, ' +
      `and run: npx sydx key create --tenant ${tenantId} --api-key "$OPERATOR_API_KEY"`,
    word: '$SYDX_API_KEY',
  };
}

/** Makes a shell read one value, so that it is in no output and no log. */
function fileWord(path: string, name: string): KeyWord {
  return `$(sed -n s/^${name}=//p ${quoted(path)})`;
}

const SAMPLE = {
  type: 'message.received',
  data: { ...EVENTS['message.received'].sample, body: 'Hello! What does it cost?' },
};

/** What a start says. @param isShown whether what was made up has just been shown */
export function greeting(app: App, settings: Settings, isShown: boolean): string {
  if (settings.role === 'worker') {
    return `\nA worker of Sydx AI Outbound Webhooks runs. Health: ${app.address}/healthz\n`;
  }
  const key = keyPlace(app, settings, isShown);
  return `
Sydx AI Outbound Webhooks runs at ${app.publicUrl}
  Dashboard       ${app.publicUrl}/ (sign in as the first admin)
  API reference   ${app.publicUrl}/docs
  Tenant          ${app.installation?.tenant.id ?? ''}
  API key         ${key.sentence}
  Data            ${settings.databaseUrl === null ? app.dataDir : 'in the PostgreSQL of DATABASE_URL'}
`;
}

/** curl lines that work as printed. */
export function firstSteps(app: App, settings: Settings, isShown: boolean): string {
  const { word } = keyPlace(app, settings, isShown);
  const url = (path: string) => `${app.publicUrl}${path}`;
  const webhook = {
    name: 'My first webhook',
    url: 'https://example.com/webhook',
    events: ['message.received'],
  };
  return `
Try it in another terminal${word === '$SYDX_API_KEY' ? ', with your key in SYDX_API_KEY' : ''}.

Create a webhook (with a public https URL of yours; its secret is in the answer, this once):
  ${curlPost(url('/v1/webhooks'), word, webhook)}

Publish a sample:
  ${curlPost(url('/v1/events'), word, SAMPLE)}

See what became of it:
  ${curlGet(url('/v1/deliveries'), word)}

To see a delivery arrive without a server of your own:
${settings.inbox ? '  sign in to the dashboard and press "Try it without a tool"; or stop this and run\n' : '  stop this and run\n'}  npm start -- --demo
`;
}

/** The demo's one line. @param key the demo's key, or how a shell gets it */
export function demoSteps(app: App, key: KeyWord): string {
  return `
A demo receiver is up, and a webhook of this tenant leads to it. Make a delivery happen, in another
terminal:
  ${curlPost(`${app.publicUrl}/v1/events`, key, SAMPLE)}

Deliveries, as they arrive:
`;
}
