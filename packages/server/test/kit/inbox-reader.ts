import { setTimeout as sleep } from 'node:timers/promises';
import type { InboxRequest } from '@sydx/contract';

/** Reads the stream of an inbox as a program does: goes on above the last number, whatever breaks. */
export class InboxReader {
  readonly requests: InboxRequest[] = [];
  /** How often a stream was opened, and how often one ended in order. */
  opened = 0;
  endedInOrder = 0;
  heartbeats = 0;
  isGone = false;
  readonly #origin: () => string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #path: string;
  readonly #aborter = new AbortController();
  #reading: Promise<void>;

  /** @param origin of a node, asked at each connection */
  constructor(origin: () => string, key: string, inboxId: string) {
    this.#origin = origin;
    this.#headers = { authorization: `Bearer ${key}` };
    this.#path = `/v1/inboxes/${inboxId}/requests/stream`;
    this.#reading = this.#read();
  }

  get numbers(): number[] {
    return this.requests.map(({ number }) => number);
  }

  async stop(): Promise<void> {
    this.#aborter.abort();
    await this.#reading;
  }

  async #read(): Promise<void> {
    const { signal } = this.#aborter;
    while (!signal.aborted && !this.isGone) {
      try {
        await this.#readOne(signal);
      } catch {
        // Killed nodes break off, refuse and reset: come again.
        await sleep(100);
      }
    }
  }

  async #readOne(signal: AbortSignal): Promise<void> {
    const last = this.requests.at(-1)?.number ?? 0;
    const response = await fetch(`${this.#origin()}${this.#path}`, {
      headers: { ...this.#headers, ...(last > 0 && { 'last-event-id': String(last) }) },
      signal,
    });
    if (response.status !== 200 || response.body === null) {
      await response.body?.cancel();
      throw new Error(`The stream answered ${response.status}.`);
    }
    this.opened += 1;
    let rest = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const pieces = `${rest}${chunk}`.split('\n\n');
      rest = pieces.pop() ?? '';
      for (const piece of pieces) this.#take(piece);
    }
    this.endedInOrder += 1;
  }

  #take(piece: string): void {
    if (piece.startsWith(':')) this.heartbeats += 1;
    const event = /^event: (.*)$/m.exec(piece)?.[1];
    const data = /^data: (.*)$/m.exec(piece)?.[1];
    if (event === 'gone') this.isGone = true;
    if (event !== 'request' || data === undefined) return;
    const request = JSON.parse(data) as InboxRequest;
    if (/^id: (.*)$/m.exec(piece)?.[1] !== String(request.number)) throw new Error('A wrong id.');
    this.requests.push(request);
  }
}
