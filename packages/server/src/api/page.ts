import { ProblemError } from '../base/problem.ts';
import type { Found } from '../store/search-bound.ts';

/** What of a list's query every list needs. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/**
 * Reads where a page begins. Keyset pagination: the cursor is the last id of the page before, so
 * rows that arrive meanwhile shift nothing.
 *
 * @param list names the list, so that a cursor of another one is refused
 * @returns the decimal id that all rows of the page are below; null for the first page
 * @throws ProblemError invalid_cursor
 */
export function readCursor(list: string, { cursor }: PageRequest): string | null {
  if (cursor === undefined) return null;
  const [name, id, ...rest] = Buffer.from(cursor, 'base64url').toString('latin1').split(' ');
  if (
    name !== list ||
    id === undefined ||
    !/^\d{1,18}$|^[1-8]\d{18}$/.test(id) ||
    rest.length > 0
  ) {
    throw new ProblemError('invalid_cursor');
  }
  return id;
}

/**
 * Cuts rows to a page.
 *
 * @param rows one more than the limit, if there are as many: that is how the last page is known
 */
export function pageOfRows<Row, Item>(
  list: string,
  { limit }: PageRequest,
  rows: readonly Row[],
  idOf: (row: Row) => string,
  present: (row: Row) => Item,
): { data: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    data: shown.map(present),
    nextCursor: last === undefined ? null : cursorAt(list, idOf(last)),
  };
}

/**
 * Cuts what a search found to a page. One that stopped before it was full goes on where it stopped: such a
 * page is short, or empty, and not the last.
 *
 * @param found as much as pageOfRows takes
 */
export function pageOfSearch<Row, Item>(
  list: string,
  query: PageRequest,
  { rows, searchedTo }: Found<Row>,
  idOf: (row: Row) => string,
  present: (row: Row) => Item,
): { data: Item[]; nextCursor: string | null } {
  const page = pageOfRows(list, query, rows, idOf, present);
  const goOn = searchedTo === null ? null : cursorAt(list, searchedTo);
  return { data: page.data, nextCursor: page.nextCursor ?? goOn };
}

/** The cursor of the page that begins below this id. @param id decimal */
function cursorAt(list: string, id: string): string {
  return Buffer.from(`${list} ${id}`).toString('base64url');
}
