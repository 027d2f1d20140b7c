import type { Dice } from '@sydx/server/test/kit/dice.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosNode } from '../world/node.ts';
import type { Ledger, Published } from './ledger.ts';
import { EVENT_TYPES, publish, tryOf } from './publish.ts';

/** Many: those that ask a node that is frozen or cut off wait for seconds. */
const PUBLISHERS = 32;
const LARGEST_BATCH = 20;
const AGAIN_MS = 200;
/** All faults are over by then. */
const GIVE_UP_MS = 120_000;
/** Places in EVENT_TYPES: three of five events are messages. */
const DRAWS = [0, 0, 0, 1, 2];

export interface LoadOptions {
  /** Nodes that take requests, dead or alive. */
  readonly nodes: readonly ChaosNode[];
  readonly apiKey: string;
  readonly ledger: Ledger;
  readonly dice: Dice;
  readonly eventsPerSecond: number;
}

/** Publishers that go on until they are stopped, whatever happens to the nodes. */
export class Publishers {
  readonly #options: LoadOptions;
  readonly #loops: Promise<void>[];
  #stopped = false;
  #giveUpAtMs = Infinity;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#loops = Array.from({ length: PUBLISHERS }, () => this.#publishOn());
  }

  /** Publishes nothing new. @returns when each event with a key is answered, or nobody answers */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#giveUpAtMs = performance.now() + GIVE_UP_MS;
    await Promise.all(this.#loops);
  }

  async #publishOn(): Promise<void> {
    const { dice, eventsPerSecond, ledger } = this.#options;
    while (!this.#stopped) {
      const size = dice.between(1, 10) <= 7 ? 1 : dice.between(2, LARGEST_BATCH);
      const isKeyed = dice.between(1, 2) === 1;
      const events = Array.from({ length: size }, () => ledger.add(this.#drawType(), isKeyed));
      const untilMs = performance.now() + (size * PUBLISHERS * 1_000) / eventsPerSecond;
      await this.#deliver(events, isKeyed);
      const restMs = untilMs - performance.now();
      if (restMs > 0 && !this.#stopped) await sleep(restMs);
    }
  }

  /** With a key until it is answered; without one a second time at most, as careless producers do. */
  async #deliver(events: readonly Published[], isKeyed: boolean): Promise<void> {
    const again = isKeyed ? Infinity : this.#options.dice.between(0, 1);
    for (let repeats = 0; ; repeats += 1) {
      const result = await this.#send(events);
      if (result !== 'doubt' || repeats >= again || performance.now() > this.#giveUpAtMs) return;
      await sleep(AGAIN_MS);
    }
  }

  async #send(events: readonly Published[]): Promise<'accepted' | 'refused' | 'doubt'> {
    const { ledger, apiKey } = this.#options;
    const url = this.#drawNode();
    if (url === null) {
      await sleep(AGAIN_MS);
      // Not sent, so nothing is known of it that was not known before.
      return events[0]?.tries.length === 0 ? 'refused' : 'doubt';
    }
    const sentAtMs = Date.now();
    const answer = await publish(url, apiKey, events);
    for (const [index, event] of events.entries()) event.tries.push(tryOf(answer, index, sentAtMs));
    if ('surprise' in answer && answer.surprise !== undefined)
      ledger.surprises.push(answer.surprise);
    // Nobody listening now says nothing about an earlier request that was not answered.
    const isOpen = events[0]?.tries.some(({ result }) => result === 'doubt');
    return answer.result === 'refused' && isOpen ? 'doubt' : answer.result;
  }

  #drawNode(): string | null {
    const { nodes, dice } = this.#options;
    return nodes[dice.between(0, nodes.length - 1)]?.url ?? null;
  }

  #drawType(): string {
    const drawn = DRAWS[this.#options.dice.between(0, DRAWS.length - 1)] ?? 0;
    return EVENT_TYPES[drawn] ?? '';
  }
}
