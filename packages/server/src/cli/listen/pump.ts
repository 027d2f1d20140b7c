import type { InboxRequest } from '@sydx/contract';
import { note } from '../output.ts';
import { pause, persist } from '../persist.ts';
import { type Forwarded, forward } from './forward.ts';
import { Place } from './place.ts';
import { type Printing, printRequest } from './print-request.ts';
import type { Subscription } from './subscription.ts';

export interface PumpOptions extends Printing {
  /** Where to forward to; null: only print. */
  readonly to: URL | null;
}

/** A local server that is slow at one request gets the next all the same. */
const AT_ONCE = 8;

/**
 * Carries what arrives at a subscription to the terminal and to the local server, until `leaving`. A stream
 * that ends or breaks off is taken up again behind the last request that is done with; what comes a
 * second time is passed over.
 */
export async function pump(
  subscription: Subscription,
  leaving: AbortSignal,
  options: PumpOptions,
): Promise<void> {
  const place = new Place();
  const underWay = new Set<Promise<void>>();
  let isTold = false;

  async function handle(request: InboxRequest): Promise<void> {
    const { to } = options;
    let forwarded: Forwarded | null = null;
    if (to !== null) {
      const onTrouble = (error: string): void => {
        if (isTold) return;
        isTold = true;
        note(`${to.origin} does not take requests (${error}). Trying each a few times.`);
      };
      forwarded = await forward(request, { to, leaving, onTrouble });
      if ('status' in forwarded) isTold = false;
      // It was interrupted, and the subscription ends with us.
      else if (leaving.aborted) return;
    }
    printRequest(request, forwarded, options);
    place.done(request.number);
  }

  await persist(leaving, async (answers) => {
    // What is under way is said to be read only once it is done.
    const stream = subscription.requests(place.doneUpTo, leaving, answers);
    let isEmpty = true;
    for await (const request of stream) {
      isEmpty = false;
      if (!place.take(request.number)) continue;
      const handling = handle(request).finally(() => underWay.delete(handling));
      underWay.add(handling);
      if (underWay.size >= AT_ONCE) await Promise.race(underWay);
    }
    // The server ends streams in order when it stops, too: until it has, it should not be asked at once.
    if (isEmpty) await pause(100, leaving);
  });
  await Promise.all(underWay);
}
