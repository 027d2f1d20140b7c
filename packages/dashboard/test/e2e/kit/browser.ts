import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { CHROMIUM_ARGS, findChromium } from '../../../../../scripts/chromium.ts';
import { ADMIN, type Product } from './product.ts';

/** How long a person would wait before taking something for broken. */
const PATIENCE_MS = 10_000;

export interface Window {
  /** A fresh browser profile; signed in, unless it is nobody's. */
  openAs(person: Person | null): Promise<Page>;
}

type Person = { readonly email: string; readonly password: string };

export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) {
    throw new Error('There is no Chromium: `node scripts/install-chromium.ts` says what to do.');
  }
  return chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] });
}

/** Signs in as the dashboard does and gives the browser the cookie. */
export async function signInto(
  context: BrowserContext,
  address: string,
  { email, password }: Person = ADMIN,
): Promise<void> {
  const answer = await context.request.post(`${address}/v1/session`, { data: { email, password } });
  if (!answer.ok()) throw new Error(`Sign-in answered ${await answer.text()}`);
}

/** One Chromium for a test file; what a test opened is closed after it. */
export function useBrowser(product: { readonly current: Product }): Window {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
  });
  afterAll(async () => browser?.close());
  return {
    async openAs(person) {
      if (browser === undefined) throw new Error('The browser did not start.');
      const context = await browser.newContext({
        baseURL: product.current.address,
        viewport: { width: 1280, height: 860 },
        colorScheme: 'light',
        reducedMotion: 'reduce',
      });
      context.setDefaultTimeout(PATIENCE_MS);
      if (person !== null) await signInto(context, product.current.address, person);
      return context.newPage();
    },
  };
}
