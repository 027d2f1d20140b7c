import type { InboxRequest } from '@sydx/contract';
import { afterEach, expect, test, vi } from 'vitest';
import { printRequest } from '../../src/cli/listen/print-request.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** What is printed of a request that could not be forwarded. */
function printed(deliveryId: string): string {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  const verdict = { verdict: 'absent', sentence: '' } as const;
  const request: InboxRequest = {
    number: 1,
    receivedAt: '2026-03-25T08:22:50.254Z',
    method: 'POST',
    query: '',
    headers: [{ name: 'X-Sydx-Delivery', value: deliveryId }],
    bodyText: '',
    bodyBase64: null,
    bodyBytes: 0,
    signatures: { sydx: verdict, standard: verdict },
    answer: { status: 200, delayMs: 0 },
  };
  printRequest(request, { error: 'ECONNREFUSED', tries: 4 }, {});
  return text;
}

test('a command to copy is shown for the id of a delivery, and for nothing else that anybody sent', () => {
  expect(printed('dlv_02qbt8v3jm0c1')).toContain('npx sydx redeliver dlv_02qbt8v3jm0c1');
  for (const hostile of ['dlv_02qbt8v3jm0c1; rm -rf ~', '$(id)', 'dlv_$(reboot)abc', '--help']) {
    expect(printed(hostile)).not.toContain('redeliver');
  }
});
