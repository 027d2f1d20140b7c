import {
  type Delivery,
  DELIVERY_STATUSES,
  type DeliveryStatus,
  normaliseTimestamp,
} from '@sydx/contract';
import { type Command, Option } from 'commander';
import { connect } from '../api-client.ts';
import { UsageError } from '../errors.ts';
import { coloured, note, print, printJsonLine } from '../output.ts';
import { examples, type HttpOptions, overHttp } from '../over-http.ts';
import { pause, persist } from '../persist.ts';
import { plainText } from '../plain-text.ts';
import { DeliveryFollower } from '../tail/delivery-follower.ts';
import { untilStopped } from '../until-stopped.ts';

interface TailOptions extends HttpOptions {
  readonly webhook?: string;
  readonly eventId?: string;
  readonly event?: string;
  readonly status?: DeliveryStatus;
  readonly since?: string;
}

const EVERY_MS = 1_000;
const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const COLOURS = { pending: 'yellow', success: 'green', failed: 'red', cancelled: 'dim' } as const;

export function addTailCommand(deliveries: Command): void {
  overHttp(deliveries.command('tail'))
    .description('Follow deliveries as they happen, until Ctrl+C: a line for each change')
    .option('--webhook <id>', 'to this webhook')
    .option('--event-id <id>', 'of this event')
    .option('--event <type>', 'of events of this type')
    .addOption(new Option('--status <status>', 'only changes to it').choices(DELIVERY_STATUSES))
    .option('--since <time>', 'begin with what was accepted since: 30s, 10m, 2h, 1d, or ISO 8601')
    .addHelpText(
      'after',
      `${examples(
        'sydx deliveries tail',
        'sydx deliveries tail --status failed --since 1h',
        'sydx deliveries tail --event lead.captured --json',
      )}
With --json each line is one delivery, as GET /v1/deliveries has it.
`,
    )
    .action(async (options: TailOptions) => {
      const sinceMs = readSince(options.since, Date.now());
      const { webhook: webhookId, eventId, event } = options;
      const follower = new DeliveryFollower(connect(options), { webhookId, eventId, event });
      if (sinceMs !== null) follower.beginAt(sinceMs);
      await untilStopped(async (leaving) => {
        // At first the server has to be there, as for any command.
        if (sinceMs === null) await follower.skipPresent();
        else await tellChanges(follower, options);
        await persist(leaving, async () => {
          await pause(EVERY_MS, leaving);
          if (!leaving.aborted) await tellChanges(follower, options);
        });
      });
    });
}

async function tellChanges(
  follower: DeliveryFollower,
  { status, json }: TailOptions,
): Promise<void> {
  const { deliveries, isCut } = await follower.next();
  if (isCut) note('More came than is shown here: choose some by --webhook or --event.');
  for (const delivery of deliveries) {
    if (status !== undefined && delivery.status !== status) continue;
    if (json === true) printJsonLine(delivery);
    else print(lineOf(delivery));
  }
}

function lineOf(delivery: Delivery): string {
  const { status, attemptCount, durationMs, nextAttemptAt } = delivery;
  const result = delivery.error?.code ?? delivery.statusCode;
  const parts = [
    delivery.finishedAt ?? delivery.createdAt,
    delivery.id,
    coloured(COLOURS[status], status.padEnd('cancelled'.length)),
    plainText(delivery.event),
    `→ ${plainText(delivery.webhookName)}`,
  ];
  if (attemptCount > 0) parts.push(`attempt ${attemptCount}: ${result ?? 'no answer'}`);
  if (attemptCount > 0 && durationMs !== null) parts.push(`in ${durationMs} ms`);
  if (status === 'pending' && nextAttemptAt !== null) parts.push(`next at ${nextAttemptAt}`);
  return parts.join('  ');
}

/**
 * @returns milliseconds since 1970; null when it was left out
 * @throws UsageError when it is neither a span nor a time
 */
function readSince(text: string | undefined, nowMs: number): number | null {
  if (text === undefined) return null;
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return nowMs - Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  const time = normaliseTimestamp(text);
  if (time !== null) return Date.parse(time);
  throw new UsageError('--since is a span such as 10m or 2h, or a time such as 2026-03-25T08:22Z.');
}
