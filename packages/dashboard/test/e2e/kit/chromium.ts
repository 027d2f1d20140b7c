import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { CHROMIUM_ARGS, findChromium } from '../../../../../scripts/chromium.ts';
import { ADMIN } from './launch-product.ts';

export type Person = { readonly email: string; readonly password: string };

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
