import type { Logger } from 'pino';
import { maskUrl } from '../base/mask-url.ts';
import { deleteWebhook } from '../store/change-webhook.ts';
import type { Database } from '../store/database.ts';
import type { Sent } from './attempt.ts';
import type { Job } from './job.ts';
import { idsOf } from './tell.ts';
import type { WebhookBook, WebhookSettings } from './webhook-book.ts';

interface Parts {
  database: Pick<Database, 'general'>;
  book: Pick<WebhookBook, 'refresh'>;
  log: Logger;
}

/**
 * Deletes webhooks of integrations, which are REST hooks, whose receivers said that they are gone: as DELETE
 * does, before the outcome of the attempt is recorded, so that whoever decides about a retry finds the
 * webhook deleted. A node that dies in between, or cannot reach PostgreSQL, leaves a delivery that is tried
 * again, and answered so again.
 *
 * Answers that come at once share one deletion here; between nodes the row's lock lets the first one do
 * it, and the others find it done.
 */
export class GoneWebhooks {
  readonly #deleting = new Map<WebhookSettings, Promise<void>>();
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Waits for an attempt at a webhook of an integration, and deletes that webhook when the answer says so:
   * 410 ends a REST hook's subscription. Never rejects.
   *
   * @param webhook as it was when the attempt began: one that has another URL by now is left alone
   */
  async heed(job: Job, webhook: WebhookSettings, sending: Promise<Sent>): Promise<Sent> {
    const sent = await sending;
    if (sent.kind !== 'sent' || sent.result.statusCode !== 410) return sent;
    let deleting = this.#deleting.get(webhook);
    if (deleting === undefined) {
      deleting = this.#delete(job, webhook).finally(() => this.#deleting.delete(webhook));
      this.#deleting.set(webhook, deleting);
    }
    await deleting;
    return sent;
  }

  async #delete(job: Job, { id, url, integration }: WebhookSettings): Promise<void> {
    const { database, book, log } = this.#parts;
    const about = { ...idsOf(job), integration, target: maskUrl(url) };
    try {
      const by = { kind: 'receiver', id: job.deliveryId, address: null } as const;
      const version = await deleteWebhook(database.general, job.tenantNo, id, by, url);
      if (version !== null) log.info(about, 'The receiver of an integration is gone: deleted.');
      await book.refresh();
    } catch (error) {
      log.warn(
        { err: error, ...about },
        'A webhook whose receiver is gone could not be deleted; its next 410 tries again.',
      );
    }
  }
}
