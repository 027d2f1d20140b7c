import { setTimeout as sleep } from 'node:timers/promises';
import type { Figure, OwnRow, Tools } from '../bench.ts';
import { EVENT_TYPE } from '../event.ts';
import { fillLog } from '../fill-log.ts';
import { percentile } from '../percentile.ts';
import type { Product } from '../product.ts';
import { overHttp, throughput } from './throughput.ts';

const DELIVERIES = 10_000_000;
const DAYS = 10;
const DAY_MS = 86_400_000;
const ROLL_UP_LIMIT_MS = 900_000;
const PAGES_EACH = 50;
const STATS_EACH = 5;
const LEAST_SHARE = 0.9;
const MOST_PAGE_MS = 100;
const MOST_STATS_MS = 200;

const load = throughput({
  name: 'bigLog',
  title: '50 a request',
  publish: overHttp(8, 50),
  target: 0,
});

/** What ten million deliveries of one tenant do to throughput and to the pages that admins open. */
export const bigLog: OwnRow = {
  name: 'bigLog',
  own: true,
  full: true,
  description: `throughput, filtered log pages and statistics over ${DELIVERIES.toLocaleString('en-US')} deliveries of one tenant`,
  measure: async (tools) => {
    const product = await tools.startProduct();
    try {
      const webhook = await product.createWebhook(`${tools.receiverOrigin}/hook`);
      const empty = await rateOf(tools, product);
      await fillLog(product.postgres, { deliveries: DELIVERIES, lastDaysAgo: 1, days: DAYS });
      const filledMs = performance.now();
      await untilRolledUp(product);
      const rolledUpSeconds = (performance.now() - filledMs) / 1_000;
      const full = await rateOf(tools, product);
      const ago = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
      const slowestOf = async (paths: readonly string[], each: number): Promise<Slowest> => {
        let slowest = { path: '', ms: 0 };
        for (const path of paths) {
          const ms = await p99(product, path, each);
          if (ms > slowest.ms) slowest = { path, ms };
        }
        return slowest;
      };
      const page = await slowestOf(
        [
          'status=failed',
          'status=cancelled',
          'event=campaign.completed',
          'event=lead.captured',
          `webhookId=${webhook}`,
          `webhookId=${webhook}&status=failed&event=campaign.completed`,
          `event=${EVENT_TYPE}&status=failed`,
          `from=${ago(6)}&to=${ago(5)}`,
          `to=${ago(9)}&status=failed`,
        ].map((query) => `/v1/deliveries?${query}`),
        PAGES_EACH,
      );
      const searchedMs = await searchAll(product);
      const day = await slowestOf(['/v1/stats', `/v1/stats?webhookId=${webhook}`], STATS_EACH);
      const month = await slowestOf(
        [
          `/v1/stats?bucket=day&from=${ago(30)}`,
          `/v1/stats?bucket=hour&from=${ago(7)}`,
          `/v1/stats?bucket=day&from=${ago(30)}&webhookId=${webhook}`,
        ],
        STATS_EACH,
      );
      await product.postgres.forgetRollUps();
      const meanwhile = await rateOf(tools, product);
      return [
        {
          name: 'bigLog.share',
          title: `Throughput on a log of ${DELIVERIES.toLocaleString('en-US')}, of that on an empty one`,
          value: full / empty,
          unit: '',
          better: 'higher',
          target: LEAST_SHARE,
        },
        {
          name: 'bigLog.rollingUp',
          title: '– while that log is rolled up, of that on an empty one',
          value: meanwhile / empty,
          unit: '',
          better: 'higher',
          target: LEAST_SHARE,
        },
        {
          name: 'bigLog.rolledUp',
          title: '– until all of it was rolled up',
          value: rolledUpSeconds,
          unit: 's',
          better: 'lower',
          target: null,
        },
        figure('page', `– slowest filtered page, p99 (${queryOf(page)})`, page.ms, MOST_PAGE_MS),
        figure(
          'search',
          '– a type that occurs nowhere, until all pages are read',
          searchedMs,
          null,
        ),
        figure('day', '– statistics of the last 24 hours (1,000,000), p99', day.ms, MOST_STATS_MS),
        figure('month', `– statistics of all (${queryOf(month)}), p99`, month.ms, MOST_STATS_MS),
      ];
    } finally {
      await product.stop();
    }
  },
};

interface Slowest {
  path: string;
  ms: number;
}

/** The log that is there after an upgrade, while nothing else is done. */
async function untilRolledUp({ postgres }: Product): Promise<void> {
  const until = performance.now() + ROLL_UP_LIMIT_MS;
  for (;;) {
    const { rolled, open } = await postgres.rolledHours();
    if (open === 0 && rolled >= DAYS * 24) return;
    if (performance.now() > until) throw new Error(`${open} hours are not rolled up.`);
    await sleep(250);
  }
}

/** Without values that differ from run to run. */
function queryOf({ path }: Slowest): string {
  const { searchParams } = new URL(path, 'http://bench');
  return [...searchParams]
    .map(([name, value]) => (/^(status|event|bucket)$/.test(name) ? `${name}=${value}` : name))
    .join(', ');
}

async function rateOf(tools: Tools, product: Product): Promise<number> {
  const [rate] = await load.measure({ ...tools, product });
  return rate?.value ?? NaN;
}

/** @returns milliseconds of a request as a dashboard makes it */
async function p99(product: Product, path: string, times: number): Promise<number> {
  const took = new Float64Array(times);
  for (let at = 0; at < times; at += 1) {
    const startedMs = performance.now();
    await product.read(path);
    took[at] = performance.now() - startedMs;
  }
  return percentile(took.toSorted(), 0.99);
}

/** @returns milliseconds until all of the log has been searched, page by page, for what is not there */
async function searchAll(product: Product): Promise<number> {
  const startedMs = performance.now();
  let cursor = '';
  for (;;) {
    const page = JSON.parse(await product.read(`/v1/deliveries?event=lead.captured${cursor}`)) as {
      nextCursor: string | null;
    };
    if (page.nextCursor === null) return performance.now() - startedMs;
    cursor = `&cursor=${page.nextCursor}`;
  }
}

function figure(name: string, title: string, value: number, target: number | null): Figure {
  return { name: `bigLog.${name}`, title, value, unit: 'ms', better: 'lower', target };
}
