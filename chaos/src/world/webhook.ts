import type { Remote } from '@sydx/bench/src/remote.ts';
import type { Receivers } from '../receivers/receivers-process.ts';
import type { Admin } from './admin.ts';
import type { WebhookPlan } from './topology.ts';

/** A time in milliseconds since 1970 during which something was being changed, or was changed. */
export interface Span {
  readonly fromMs: number;
  toMs: number;
}

/** A webhook of the product and what its admin did to it. */
export class Webhook {
  readonly plan: WebhookPlan;
  /** `whk_…` */
  readonly id: string;
  /** Every secret that an answer held, oldest first. */
  readonly secrets: string[] = [];
  /** For each secret, from asking for it until it was told; in between another may have signed. */
  readonly rotations: Span[] = [];
  /** From asking to disable it until it was told that it is enabled again. */
  readonly disabled: Span[] = [];
  /** Within `disabled`: from being told that it is until asking to enable it. Nothing may be sent. */
  readonly surelyDisabled: Span[] = [];
  readonly #admin: Admin;
  readonly #receivers: Remote<Receivers>;
  readonly #createdMs = Date.now();

  private constructor(plan: WebhookPlan, id: string, admin: Admin, receivers: Remote<Receivers>) {
    this.plan = plan;
    this.id = id;
    this.#admin = admin;
    this.#receivers = receivers;
  }

  static async create(
    plan: WebhookPlan,
    url: string,
    admin: Admin,
    receivers: Remote<Receivers>,
  ): Promise<Webhook> {
    const asked = await admin.ask<{ id: string; secret: string }>('POST', '/v1/webhooks', {
      name: plan.name,
      url,
      events: plan.events,
    });
    const webhook = new Webhook(plan, asked.body.id, admin, receivers);
    await webhook.#learn(asked.body.secret, asked);
    return webhook;
  }

  async rotate(): Promise<void> {
    const path = `/v1/webhooks/${this.id}/rotate-secret`;
    const asked = await this.#admin.ask<{ secret: string }>('POST', path);
    await this.#learn(asked.body.secret, asked);
  }

  async disable(): Promise<void> {
    const { fromMs, toMs } = await this.#enabled(false);
    this.disabled.push({ fromMs, toMs: Infinity });
    this.surelyDisabled.push({ fromMs: toMs, toMs: Infinity });
  }

  async enable(): Promise<void> {
    const { fromMs, toMs } = await this.#enabled(true);
    const [span, sure] = [this.disabled.at(-1), this.surelyDisabled.at(-1)];
    if (span !== undefined) span.toMs = toMs;
    if (sure !== undefined) sure.toMs = fromMs;
  }

  /** Replays whatever failed since the beginning. */
  async replay(): Promise<void> {
    await this.#admin.ask('POST', `/v1/webhooks/${this.id}/replay`, {
      from: new Date(this.#createdMs).toISOString(),
    });
  }

  #enabled(enabled: boolean): Promise<Span> {
    return this.#admin.ask('PATCH', `/v1/webhooks/${this.id}`, { enabled });
  }

  async #learn(secret: string, { fromMs, toMs }: Span): Promise<void> {
    this.secrets.push(secret);
    this.rotations.push({ fromMs, toMs });
    await this.#receivers.ask('learnSecret', { name: this.plan.name, secret });
  }
}
