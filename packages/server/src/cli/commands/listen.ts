import { LIMITS } from '@sydx/contract';
import type { Command } from 'commander';
import { hostname } from 'node:os';
import { type ApiClient, connect } from '../api-client.ts';
import { UsageError } from '../errors.ts';
import { checkEventTypes, readEventTypes, subscribableEventTypes } from '../event-types.ts';
import { pump } from '../listen/pump.ts';
import { GoneError, Subscription } from '../listen/subscription.ts';
import { note, print, printFields, printJsonLine } from '../output.ts';
import { examples, type HttpOptions, overHttp } from '../over-http.ts';
import { plainText } from '../plain-text.ts';
import { untilStopped } from '../until-stopped.ts';

interface ListenOptions extends HttpOptions {
  readonly forward?: string;
  readonly events?: string;
  readonly printBody?: boolean;
}

export function addListenCommand(program: Command): void {
  overHttp(program.command('listen'))
    .description('Receive live events on this machine, without a public URL, until Ctrl+C')
    .option('--forward <url>', 'post each to this URL, such as http://localhost:3000/hook')
    .option('--events <types>', 'event types, separated by commas; all when left out')
    .option('--print-body', 'print the body of each')
    .addHelpText(
      'after',
      `${examples(
        'sydx listen --forward http://localhost:3000/hook',
        'sydx listen --events lead.captured,message.received --print-body',
        'sydx listen --json',
      )}
A temporary webhook sends them, signed with a secret that is shown at the start. Ctrl+C removes it;
if that cannot be, the server does when nobody has been connected for ${LIMITS.inboxReaderGoneSeconds} s.
With --json each line is one JSON value whose kind is listening or request.
`,
    )
    .action(async (options: ListenOptions) => {
      const to = options.forward === undefined ? null : readForward(options.forward);
      const asked = options.events === undefined ? null : readEventTypes(options.events);
      const api = connect(options);
      await untilStopped(async (leaving) => {
        const events = await eventsOf(api, asked);
        const name = `sydx listen on ${hostname()}`.slice(0, LIMITS.nameCharacters);
        const subscription = await Subscription.make(api, { name, events });
        greet(subscription, to, options);
        try {
          await pump(subscription, leaving, { ...options, to });
        } catch (error) {
          if (!(error instanceof GoneError)) await end(subscription);
          throw error;
        }
        await end(subscription);
      });
    });
}

/** @throws UsageError */
function readForward(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  // A port, or a host with one, as people write it: its scheme is all that it lacks.
  const whole = /^[0-9]{1,5}(\/|$)/.test(text) ? `http://localhost:${text}` : `http://${text}`;
  const isMeant =
    /^(\[|[\w.-]+([:/]|$))/.test(text) && !text.includes('://') && URL.canParse(whole);
  throw new UsageError(
    isMeant
      ? `--forward ${plainText(text)} has no scheme: write --forward ${plainText(whole)}`
      : '--forward is a URL such as http://localhost:3000/hook.',
  );
}

/** Those that were asked for, or everything that the tenant can subscribe to. */
async function eventsOf(api: ApiClient, asked: readonly string[] | null) {
  if (asked === null) return await subscribableEventTypes(api);
  await checkEventTypes(api, asked);
  return asked;
}

function greet({ inbox }: Subscription, to: URL | null, { json, events }: ListenOptions): void {
  const { webhook } = inbox;
  if (webhook === null) throw new Error('The inbox was made without its webhook.');
  if (json === true) {
    const { id: webhookId, secret } = webhook;
    printJsonLine({
      kind: 'listening',
      inboxId: inbox.id,
      webhookId,
      secret,
      events: webhook.events,
    });
    return;
  }
  printFields([
    ['Webhook', `${webhook.id}, until Ctrl+C`],
    ['Events', events === undefined ? 'all' : webhook.events.join(', ')],
    ['Forwards to', to?.href ?? 'nowhere: shown here only'],
    ['Secret', webhook.secret],
  ]);
  print('Verify with this secret. Make an event happen: npx sydx trigger lead.captured');
}

async function end(subscription: Subscription): Promise<void> {
  const reason = await subscription.end();
  const { id } = subscription.inbox;
  note(
    reason === null
      ? 'The temporary webhook is removed.'
      : `${reason}\nThe temporary webhook of ${id} is still there: the server removes it when nobody has been ` +
          `connected for ${LIMITS.inboxReaderGoneSeconds} s.`,
  );
}
