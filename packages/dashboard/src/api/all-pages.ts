import { request } from './client.ts';
import type { Page } from './page.ts';

/** All of a list that stays short, page by page. */
export async function allPages<Item>(path: string, signal: AbortSignal): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<Item> = await request('GET', path, { signal, query: { limit: 100, cursor } });
    items.push(...page.data);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}
