import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { launchChromium, type Person, signInto } from './chromium.ts';
import type { Product } from './product.ts';

/** What renews itself does so every ten seconds, and a busy machine is slow. */
const PATIENCE_MS = 30_000;

export interface Window {
  /** A fresh browser profile; signed in, unless it is nobody's. */
  openAs(person: Person | null): Promise<Page>;
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
