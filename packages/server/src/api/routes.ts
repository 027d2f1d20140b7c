import type { RegisterRoutes } from './context.ts';

/** Every noun of the API. A new one is a folder and a line here. */
export const NOUNS: readonly RegisterRoutes[] = [];
