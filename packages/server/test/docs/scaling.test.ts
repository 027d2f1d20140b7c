import { describe, expect, test } from 'vitest';
import { readDocument } from './blocks.ts';

const FILE = 'docs/scaling.md';

/** A row of a table by its first cell, without that. */
function cells(first: RegExp): string[] {
  const rows = readDocument(FILE).matchAll(/^\| (.*) \|$/gm);
  const found = [...rows]
    .map(([, row = '']) => row.split(' | '))
    .find(([name = '']) => first.test(name));
  if (found === undefined) throw new Error(`${FILE} has no row ${first.source}.`);
  return found.slice(1);
}

const numbers = (first: RegExp): number[] =>
  cells(first).map((cell) => Number(cell.replace(/,/g, '').replace(/ .*/, '')));

const [nodeUs = 0, postgresUs = 0, walBytes = 0, tableBytes = 0] = numbers(/^`one`/);
const [fiftyNodeUs = 0, fiftyPostgresUs = 0, fiftyWalBytes = 0, fiftyTableBytes = 0] =
  numbers(/^`fifty`/);
const rates = numbers(/^deliveries a second$/);

/** Half of a core, in µs a second. */
const HALF = 500_000;
const DAY = 86_400;

/** Written with two digits at least. */
const isNear = (told: number, exact: number): boolean => Math.abs(told / exact - 1) < 0.05;

describe('the arithmetic of docs/scaling.md', () => {
  test.each<[string, RegExp, readonly number[]]>([
    ['a process', /^a process of Node$/, [HALF / nodeUs, HALF / fiftyNodeUs]],
    ['a core', /^a core of PostgreSQL$/, [HALF / postgresUs, HALF / fiftyPostgresUs]],
    ['WAL of a million', /^WAL, without/, [walBytes / 1_000, fiftyWalBytes / 1_000]],
    ['disk of a million', /^tables and indexes$/, [tableBytes / 1_000, fiftyTableBytes / 1_000]],
    ['Node for a million', /^processor time of Node$/, [nodeUs, fiftyNodeUs]],
    ['PostgreSQL for a million', /^processor time of PostgreSQL$/, [postgresUs, fiftyPostgresUs]],
    ['cores for Node', /^cores for Node/, rates.map((rate) => (rate * nodeUs) / HALF)],
    ['processes', /^processes of Node$/, rates.map(processes)],
    ['cores for PostgreSQL', /^cores for Postgre/, rates.map((rate) => (rate * postgresUs) / HALF)],
    ['connections', /^connections/, rates.map((rate) => 18 * processes(rate))],
    ['memory', /^memory of the nodes/, rates.map((rate) => 0.6 * processes(rate))],
    ['requests', /^requests under way/, rates.map((rate) => rate * 0.2)],
    ['WAL', /^WAL, MB/, rates.map((rate) => (rate * walBytes) / 1e6)],
    ['a day', /^disk, GB a day$/, rates.map((rate) => (rate * tableBytes * DAY) / 1e9)],
    ['30 days', /^disk, TB at 30/, rates.map((rate) => (rate * tableBytes * DAY * 30) / 1e12)],
    ['3 days', /^disk, TB at 3 /, rates.map((rate) => (rate * tableBytes * DAY * 3) / 1e12)],
  ])('%s', (_, first, exact) => {
    const told = numbers(first);
    expect(told).toHaveLength(exact.length);
    const wrong = exact.filter((value, at) => !isNear(told[at] ?? 0, value));
    expect(wrong).toEqual([]);
  });
});

function processes(rate: number): number {
  return Math.max(1, Math.ceil((rate * nodeUs) / HALF));
}
