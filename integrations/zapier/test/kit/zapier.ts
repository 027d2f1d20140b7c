import type { Bundle, Trigger } from 'zapier-platform-core';
import { createAppTester } from 'zapier-platform-core';
import {
  type ReceivedRequest,
  type Receiver,
  startReceiver,
} from '../../../../packages/server/test/kit/receivers.ts';
import App from '../../src/index.ts';

/** How an account is connected. */
export interface AuthData {
  readonly [field: string]: string;
  readonly baseUrl: string;
  readonly apiKey: string;
}

export interface Subscription {
  readonly id: string;
  readonly secret: string;
}

/** A Zap with one of the app's triggers, as Zapier runs it. */
export interface Zap {
  readonly subscription: Subscription;
  /** Everything that the Zap was started with. */
  readonly runs: Record<string, unknown>[];
  /** Why deliveries did not start it. */
  readonly refused: Error[];
  /** Requests at its URL. */
  readonly requests: ReceivedRequest[];
  /** Its URL. */
  readonly url: string;
  turnOff(): Promise<void>;
  /** The Zap is gone and nobody was told, as when unsubscribing failed: its URL answers 410. */
  vanish(): void;
}

export interface Zapier {
  run: ReturnType<typeof createAppTester>;
  turnOn(key: string, inputData?: Record<string, unknown>): Promise<Zap>;
  close(): Promise<void>;
}

/** A trigger of the app that Zapier subscribes. */
export function hookOf(key: string) {
  const { operation } = (App.triggers as Record<string, Trigger>)[key] ?? {};
  if (operation === undefined || operation.type !== 'hook') throw new Error(`${key} is no hook.`);
  const { perform, performList, performSubscribe, performUnsubscribe } = operation;
  if (typeof performList !== 'function' || typeof performSubscribe !== 'function') {
    throw new Error(`${key} lacks a function.`);
  }
  if (typeof performUnsubscribe !== 'function') throw new Error(`${key} lacks a function.`);
  return { perform, performList, performSubscribe, performUnsubscribe };
}

/**
 * What Zapier does around the app, over real HTTP: a URL for each Zap that is on, which answers 200 at
 * once and then runs the trigger on the request; 410 when the Zap is off. The app's functions run in
 * Zapier's own test runner.
 */
export async function startZapier(authData: AuthData): Promise<Zapier> {
  const run = createAppTester(App);
  const zaps = new Map<string, (request: ReceivedRequest) => void>();
  const receiver: Receiver = await startReceiver((request, response) => {
    const take = zaps.get(request.path);
    response.statusCode = take === undefined ? 410 : 200;
    response.end();
    take?.(request);
  });
  let count = 0;
  return {
    run,
    close: () => receiver.close(),
    turnOn: async (key, inputData = {}) => {
      const trigger = hookOf(key);
      count += 1;
      const path = `/hooks/standard/1/${count}`;
      const targetUrl = `${receiver.origin}${path}`;
      const about = { authData, inputData, targetUrl };
      const zap = { runs: [] as Record<string, unknown>[], refused: [] as Error[] };
      const requests: ReceivedRequest[] = [];
      const subscription = (await run(
        trigger.performSubscribe,
        about as unknown as Bundle,
      )) as Subscription;
      const bundle = { ...about, subscribeData: subscription };
      zaps.set(path, (request) => {
        requests.push(request);
        const started = run(trigger.perform, {
          ...bundle,
          ...requestOf(request),
        } as unknown as Bundle);
        started.then(
          (runs) => zap.runs.push(...(runs as Record<string, unknown>[])),
          (error: unknown) => zap.refused.push(error as Error),
        );
      });
      return {
        ...zap,
        subscription,
        requests,
        url: targetUrl,
        turnOff: async () => {
          zaps.delete(path);
          await run(trigger.performUnsubscribe, bundle as unknown as Bundle);
        },
        vanish: () => {
          zaps.delete(path);
        },
      };
    },
  };
}

/** A request as Zapier hands it over: `x-sydx-event` is `Http-X-Sydx-Event`. */
function requestOf({ method, headers, body }: ReceivedRequest) {
  const named = Object.entries(headers).map(([name, value]) => [
    `Http-${name.replaceAll(/(^|-)[a-z]/g, (letters) => letters.toUpperCase())}`,
    String(value),
  ]);
  const content = body.toString('utf8');
  const rawRequest = { method, querystring: '', headers: Object.fromEntries(named), content };
  return { rawRequest, cleanedRequest: JSON.parse(content) as unknown };
}
