import { expect, test } from 'vitest';
import { FreshCache } from '../../src/auth/fresh-cache.ts';

/** A cache over a table whose answers a test decides, on a clock that a test moves. */
function setUp() {
  const table = new Map<string, string>();
  const state = { now: 0, lookups: 0, gate: Promise.resolve() as Promise<unknown> };
  const cache = new FreshCache<string>(
    async (name) => {
      state.lookups += 1;
      const found = table.get(name) ?? null;
      await state.gate;
      return found;
    },
    () => state.now,
  );
  return { table, state, cache };
}

test('what was found is given for less than a second, counted from when it was asked', async () => {
  const { table, state, cache } = setUp();
  table.set('key', 'admin');
  expect(await cache.get('key')).toBe('admin');
  table.delete('key');
  state.now = 499;
  expect(cache.get('key')).toBe('admin');
  expect(state.lookups).toBe(1);
  state.now = 1_000;
  expect(await cache.get('key')).toBeNull();
});

test('from half a second on it is looked up again while nobody waits', async () => {
  const { table, state, cache } = setUp();
  table.set('key', 'old');
  await cache.get('key');
  table.set('key', 'new');
  state.now = 600;
  expect(cache.get('key')).toBe('old');
  await new Promise((resolve) => setImmediate(resolve));
  expect(cache.get('key')).toBe('new');
});

test('what was not found is asked again every time', async () => {
  const { table, cache } = setUp();
  expect(await cache.get('key')).toBeNull();
  table.set('key', 'admin');
  expect(await cache.get('key')).toBe('admin');
});

test('callers at the same moment share one lookup', async () => {
  const { table, state, cache } = setUp();
  table.set('key', 'admin');
  expect(await Promise.all([cache.get('key'), cache.get('key')])).toEqual(['admin', 'admin']);
  expect(state.lookups).toBe(1);
});

test('an answer that was under way when everything was forgotten is not kept', async () => {
  const { table, state, cache } = setUp();
  table.set('key', 'admin');
  let open = (): void => undefined;
  state.gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const early = cache.get('key');
  table.delete('key');
  cache.clear();
  open();
  expect(await early).toBe('admin');
  expect(await cache.get('key')).toBeNull();
});

test('a lookup that fails is heard by who has nothing fresh, and by nobody else', async () => {
  let fails = false;
  let now = 0;
  const cache = new FreshCache<string>(
    () => (fails ? Promise.reject(new Error('away')) : Promise.resolve('admin')),
    () => now,
  );
  await cache.get('key');
  fails = true;
  now = 700;
  expect(cache.get('key')).toBe('admin');
  await new Promise((resolve) => setImmediate(resolve));
  now = 1_500;
  await expect(cache.get('key')).rejects.toThrow('away');
});
