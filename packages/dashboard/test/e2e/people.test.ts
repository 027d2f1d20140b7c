import { describe, expect, test } from 'vitest';
import { useBrowser } from './kit/browser.ts';
import { ADMIN, useProduct } from './kit/product.ts';

const product = useProduct();
const browser = useBrowser(product);

describe('Admin Only', () => {
  test('an agent reads that it is for admins only, and the API says 403', async () => {
    const agent = await product.current.addPerson('agent@example.com', 'agent');
    const page = await browser.openAs(agent);
    await page.goto('/settings/webhooks');
    await page.getByText('Outbound Webhooks is for admins only').waitFor();
    for (const path of ['/v1/webhooks', '/v1/deliveries', '/v1/members', '/v1/api-keys']) {
      const answer = await page.request.get(path);
      expect([path, answer.status()]).toEqual([path, 403]);
    }
  });

  test('a plan that is not pro shows what the Pro plan brings', async () => {
    const { current } = product;
    await current.call('PATCH /v1/tenants/acme', { plan: 'basic' }, current.operatorKey);
    const page = await browser.openAs(ADMIN);
    await page.goto('/settings/webhooks');
    await page.getByText('Outbound Webhooks is part of the Pro plan').waitFor();
    expect((await page.request.get('/v1/webhooks')).status()).toBe(403);
    await current.call('PATCH /v1/tenants/acme', { plan: 'pro' }, current.operatorKey);
    await page.reload();
    await page.getByRole('button', { name: 'Create Webhook' }).waitFor();
  });
});

describe('Signing in', () => {
  test('a wrong password and a stranger are answered alike', async () => {
    const page = await browser.openAs(null);
    await page.goto('/sign-in');
    const refused = async (email: string) => {
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password', { exact: true }).fill('not the password');
      const answered = page.waitForResponse('**/v1/session');
      await page.getByRole('button', { name: 'Sign in' }).click();
      expect((await answered).status()).toBe(401);
      return page.getByRole('alert').innerText();
    };
    const known = await refused(ADMIN.email);
    expect(known).not.toBe('');
    expect(await refused('nobody@example.com')).toBe(known);
  });

  test('a session that ended asks to sign in and goes back to the same page', async () => {
    const page = await browser.openAs(ADMIN);
    await page.goto('/settings/webhooks/logs?status=failed');
    await page.getByText('No delivery matches').waitFor();
    await page.context().clearCookies();
    await page.getByText('Your session ended').waitFor();
    await page.getByLabel('Email').fill(ADMIN.email);
    await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('No delivery matches').waitFor();
    expect(page.url()).toMatch(/\/settings\/webhooks\/logs\?status=failed$/);
  });

  test('signing out leaves nothing behind', async () => {
    const page = await browser.openAs(ADMIN);
    await page.goto('/settings/webhooks');
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
    await page.getByRole('button', { name: 'Your account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
    await page.getByLabel('Email').waitFor();
    const again = await fetch(`${product.current.address}/v1/session`, {
      headers: { cookie: `${cookie!.name}=${cookie!.value}` },
    });
    expect(again.status).toBe(401);
    await page.goBack();
    await page.getByLabel('Email').waitFor();
  });
});

describe('Inviting people', () => {
  test('a one-time link lets a new admin in, once', async () => {
    const page = await browser.openAs(ADMIN);
    await page.goto('/settings/members');
    await page.getByRole('button', { name: 'Invite' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Email').fill('bo@example.com');
    await dialog.getByRole('button', { name: 'Create invitation' }).click();
    const link = dialog.getByRole('group', { name: 'Invitation link' }).locator('code');
    const url = await link.innerText();

    const bo = await browser.openAs(null);
    await bo.goto(url);
    await bo.getByLabel('Your name').fill('Bo');
    await bo.getByLabel('New password', { exact: true }).fill('a long enough password');
    expect(bo.url()).not.toContain('#');
    await bo.getByRole('button', { name: 'Accept the invitation' }).click();
    await bo.getByRole('button', { name: 'Create Webhook' }).waitFor();

    const late = await browser.openAs(null);
    await late.goto(url);
    await late.getByText('This link no longer works').waitFor();

    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.reload();
    await page.getByRole('list', { name: 'Members' }).getByText('bo@example.com').waitFor();
    await page.getByRole('button', { name: 'Role of Bo: Admin' }).click();
    await page.getByRole('menuitem', { name: /^Agent/ }).click();
    await page.getByText('Bo is now an agent').waitFor();
    await bo.reload();
    await bo.getByText('Outbound Webhooks is for admins only').waitFor();
  });

  test('the last admin can neither leave nor step down', async () => {
    const page = await browser.openAs(ADMIN);
    await page.goto('/settings/members');
    await page.getByRole('button', { name: /^More about ana/ }).click();
    const leave = page.getByRole('menuitem', { name: /^Leave the account/ });
    await leave.waitFor();
    expect(await leave.isDisabled()).toBe(true);
  });
});
