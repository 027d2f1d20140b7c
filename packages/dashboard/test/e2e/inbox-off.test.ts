import { expect, test } from 'vitest';
import { useBrowser } from './kit/browser.ts';
import { ADMIN, useProduct } from './kit/product.ts';

const product = useProduct({ INBOX: 'off' });
const browser = useBrowser(product);

test('Where inboxes are switched off, the page says so and nothing offers one', async () => {
  const page = await browser.openAs(ADMIN);
  await page.goto('/settings/inbox');
  await page.getByText('Inboxes are switched off').waitFor();
  const asked = page.waitForResponse('**/v1/inboxes?*');
  await page.goto('/settings/webhooks');
  await asked;
  await page.getByRole('button', { name: 'Try it without a tool' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Create Webhook' }).click();
  await page.getByRole('dialog').getByText('flow.completed').waitFor();
  expect(await page.getByText('Use an inbox').count()).toBe(0);
});
