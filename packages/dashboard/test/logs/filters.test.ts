import { expect, test } from 'vitest';
import {
  changeFilters,
  isFiltered,
  NO_FILTERS,
  readLogFilters,
} from '../../src/pages/logs/filters.ts';

test('the address bar is taken as far as it holds filters', () => {
  expect(
    readLogFilters({
      status: 'failed',
      event: 'lead.captured',
      range: '24h',
      from: 'yesterday',
      delivery: 7,
      view: 'all',
      else: 'x',
    }),
  ).toEqual({ status: 'failed', event: 'lead.captured', range: '24h' });
});

test('taking filters away leaves what is open', () => {
  const filters = readLogFilters({ status: 'failed', webhook: 'whk_1', delivery: 'dlv_1' });
  expect(isFiltered(filters)).toBe(true);
  const cleared = changeFilters(filters, NO_FILTERS);
  expect(cleared).toEqual({ delivery: 'dlv_1' });
  expect(isFiltered(cleared)).toBe(false);
});
