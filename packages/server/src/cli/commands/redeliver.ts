import type { Delivery, DeliveryDetail } from '@sydx/contract';
import type { Command } from 'commander';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, connect } from '../api-client.ts';
import { CommandError } from '../errors.ts';
import { print, printFields, printJson } from '../output.ts';
import { examples, type HttpOptions, overHttp } from '../over-http.ts';
import { plainText } from '../plain-text.ts';
import { deliveryFields } from './delivery-fields.ts';
import { pathOfDelivery } from './delivery-path.ts';

interface RedeliverOptions extends HttpOptions {
  readonly wait?: boolean;
}

const LOOK_AGAIN_MS = 250;
/** An attempt takes 5 s at most; the rest is waiting for a turn. */
const PATIENCE_MS = 120_000;

/** @param command where it is said: at the top, or under `deliveries`, where it was first */
export function addRedeliver(command: Command): void {
  overHttp(command)
    .description('Send the same event to the same webhook again, as a new delivery')
    .argument('<id>', 'the delivery, dlv_…')
    .option('--wait', 'wait for the first attempt and show it; fails when it did')
    .addHelpText(
      'after',
      examples('sydx redeliver dlv_02qbt8v3jm0c1', 'sydx redeliver dlv_02qbt8v3jm0c1 --wait'),
    )
    .action(async (id: string, options: RedeliverOptions) => {
      const api = connect(options);
      const made = await api.post<Delivery>(`${pathOfDelivery(id)}/redeliver`);
      if (options.wait === true) {
        await showOutcome(api, made.id, options);
        return;
      }
      if (options.json === true) printJson(made);
      else print(plainText(`On its way: ${made.id}`));
    });
}

/** @throws CommandError when the attempt failed, or was not made in time */
async function showOutcome(api: ApiClient, id: string, { json }: HttpOptions): Promise<void> {
  const delivery = await firstAttempt(api, id);
  if (json === true) printJson(delivery);
  else printFields(deliveryFields(delivery));
  const { status, nextAttemptAt } = delivery;
  if (status === 'success') return;
  if (status === 'cancelled') throw new CommandError('The delivery was cancelled.');
  throw new CommandError(
    nextAttemptAt === null
      ? 'The attempt failed.'
      : `The attempt failed. It is retried at ${nextAttemptAt}.`,
  );
}

async function firstAttempt(api: ApiClient, id: string): Promise<DeliveryDetail> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const delivery = await api.get<DeliveryDetail>(pathOfDelivery(id));
    if (delivery.status !== 'pending' || delivery.attemptCount > 0) return delivery;
    if (performance.now() > until) {
      throw new CommandError(
        `${id} was not attempted within ${PATIENCE_MS / 1_000} s. It still will be: ` +
          `npx sydx deliveries show ${id}`,
      );
    }
    await sleep(LOOK_AGAIN_MS);
  }
}
