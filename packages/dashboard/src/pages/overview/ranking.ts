import type { Stats, Webhook } from '@sydx/contract';

type Figures = Stats['total'];

/** A webhook with what it did in a window. */
export interface RankedWebhook {
  readonly webhook: Webhook;
  readonly figures: Figures;
}

const SHOWN = 5;

function rank(
  webhooks: readonly Webhook[],
  byWebhook: ReadonlyMap<string, Figures>,
  weigh: (figures: Figures) => number,
): RankedWebhook[] {
  return webhooks
    .flatMap((webhook) => {
      const figures = byWebhook.get(webhook.id);
      return figures === undefined || weigh(figures) === 0 ? [] : [{ webhook, figures }];
    })
    .toSorted((a, b) => weigh(b.figures) - weigh(a.figures))
    .slice(0, SHOWN);
}

/** Most failed first; those that failed nothing are left out. */
export function failingFirst(
  webhooks: readonly Webhook[],
  byWebhook: ReadonlyMap<string, Figures>,
): RankedWebhook[] {
  return rank(webhooks, byWebhook, ({ failed }) => failed);
}

/** Slowest p95 first; those that got no response are left out. */
export function slowestFirst(
  webhooks: readonly Webhook[],
  byWebhook: ReadonlyMap<string, Figures>,
): RankedWebhook[] {
  return rank(webhooks, byWebhook, ({ latencyMs }) => latencyMs?.p95 ?? 0);
}
