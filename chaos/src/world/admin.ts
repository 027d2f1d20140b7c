import type { ChaosNode } from './node.ts';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 15_000;
const AGAIN_MS = 300;
const LIMIT_MS = 240_000;

/** Something that was asked for until it was answered. */
export interface Asked<T> {
  readonly body: T;
  /** Milliseconds since 1970: when it was first sent, and when it was answered. */
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * An admin who changes webhooks through whichever node answers, and who begins anew when no answer
 * came: by then the change may have been made or not.
 */
export class Admin {
  readonly #nodes: readonly ChaosNode[];
  readonly #apiKey: string;

  constructor(nodes: readonly ChaosNode[], apiKey: string) {
    this.#nodes = nodes;
    this.#apiKey = apiKey;
  }

  /** @throws Error on an answer that is neither 2xx nor 503, and when nobody answers at all */
  async ask<T>(method: 'POST' | 'PATCH', path: string, body?: object): Promise<Asked<T>> {
    const fromMs = Date.now();
    while (Date.now() < fromMs + LIMIT_MS) {
      for (const node of this.#nodes) {
        if (!(await node.isReady())) continue;
        const answer = await this.#send(node, method, path, body);
        if (answer !== null) return { body: answer as T, fromMs, toMs: Date.now() };
        // A frozen node may carry it out when it wakes: what is asked for again must come after.
        await node.ready(LIMIT_MS);
      }
      await sleep(AGAIN_MS);
    }
    throw new Error(`Nobody answered ${method} ${path}.`);
  }

  async #send(
    node: ChaosNode,
    method: string,
    path: string,
    body: object | undefined,
  ): Promise<unknown> {
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(`${node.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.#apiKey}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      text = await answer.text();
    } catch {
      // No answer: the node died, froze or was cut off meanwhile, which is what this is for.
      return null;
    }
    if (answer.ok) return text === '' ? {} : JSON.parse(text);
    if (answer.status === 503) return null;
    throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`);
  }
}
