import type { Delivery } from '@sydx/contract';
import { expect, test } from 'vitest';
import { countNewer, follow, overduePage } from '../../src/pages/logs/list/follow.ts';

function delivery(id: string, change: Partial<Delivery> = {}): Delivery {
  return {
    id,
    eventId: 'evt_1',
    event: 'message.received',
    webhookId: 'whk_1',
    webhookName: 'n8n',
    status: 'success',
    attemptCount: 1,
    statusCode: 200,
    error: null,
    durationMs: 20,
    nextAttemptAt: null,
    createdAt: '2026-03-25T08:22:50.254Z',
    finishedAt: '2026-03-25T08:22:50.354Z',
    ...change,
  };
}

const page = (...data: Delivery[]) => ({ data, nextCursor: 'more' });

test('new deliveries appear while nobody reads further down', () => {
  const newest = page(delivery('dlv_3'), delivery('dlv_2'));
  expect(follow([page(delivery('dlv_2'), delivery('dlv_1'))], newest, false)).toEqual([newest]);
});

test('what a search found further back stays while new deliveries come above it', () => {
  const shown = [page(delivery('dlv_3', { status: 'pending' })), page(), page(delivery('dlv_1'))];
  const newest = page(delivery('dlv_4'), delivery('dlv_3'));
  const ids = follow(shown, newest, false).map(({ data }) => data.map(({ id }) => id));
  expect(ids).toEqual([['dlv_4', 'dlv_3'], [], ['dlv_1']]);
  expect(follow(shown, newest, false)[0]?.data[1]?.status).toBe('success');
  // The stretch of the newest page has moved on from dlv_3, which no other page has.
  const later = follow(shown, page(delivery('dlv_4')), false);
  expect(later[0]?.data.map(({ id }) => id)).toEqual(['dlv_4', 'dlv_3']);
  const all = { data: [delivery('dlv_4')], nextCursor: null };
  expect(follow(shown, all, false)).toEqual([all]);
});

test('rows stay where somebody reads them, and what became of them is renewed', () => {
  const shown = [page(delivery('dlv_2', { status: 'pending' }), delivery('dlv_1'))];
  const newest = page(delivery('dlv_3'), delivery('dlv_2', { status: 'failed' }));
  const [first] = follow(shown, newest, true);
  expect(first?.data.map(({ id, status }) => [id, status])).toEqual([
    ['dlv_2', 'failed'],
    ['dlv_1', 'success'],
  ]);
  expect(countNewer(shown, newest)).toBe(1);
});

test('a page further down is asked for when an attempt on it is due', () => {
  const waiting = delivery('dlv_1', {
    status: 'pending',
    nextAttemptAt: '2026-03-25T08:23:00.000Z',
  });
  const pages = [page(delivery('dlv_2')), page(waiting)];
  expect(overduePage(pages, Date.parse('2026-03-25T08:22:59.000Z'))).toBeNull();
  expect(overduePage(pages, Date.parse('2026-03-25T08:23:01.000Z'))).toBe(1);
});
