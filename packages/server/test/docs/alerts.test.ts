import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ATTEMPT_ERRORS } from '@sydx/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everyMetric } from '../kit/every-metric.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { blocksOf, codeRows, readDocument, ROOT } from './blocks.ts';

const FILE = 'deploy/prometheus/alerts.yml';
const RUNBOOK = 'docs/operating.md';

interface Alert {
  alert: string;
  expr: string;
  for?: string;
  severity: string;
  summary: string;
  description: string;
  runbook: string;
}

/**
 * Reads the rules. The file keeps to a narrow YAML, so that this much reads it for certain: a fixed
 * layout, one key a line, every value in double quotes, which are JSON's.
 *
 * @throws Error at the first line that is anything else
 */
function readAlerts(): Alert[] {
  const [groups, name, rules, ...lines] = readDocument(FILE)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect([groups, name, rules]).toEqual(['groups:', '  - name: "sydx"', '    rules:']);
  const alerts: Partial<Alert>[] = [];
  const layout =
    /^(?: {6}- (alert)| {8}(expr|for)| {10}(severity|summary|description|runbook)): (".*")$/;
  for (const line of lines) {
    if (/^ {8}(labels|annotations):$/.test(line)) continue;
    const [, first, second, third, text = ''] = layout.exec(line) ?? [];
    const key = (first ?? second ?? third) as keyof Alert | undefined;
    if (key === undefined) throw new Error(`${FILE} has a line of another kind: ${line}`);
    if (key === 'alert') alerts.push({});
    const alert = alerts.at(-1);
    if (alert === undefined || key in alert) throw new Error(`${FILE} repeats ${key}: ${line}`);
    alert[key] = JSON.parse(text) as string;
  }
  return alerts as Alert[];
}

const alerts = readAlerts();

/** A figure over eight hours, a value each minute, in promtool's notation: start+step×times. */
type Series = Readonly<Record<string, string>>;

const STAYS = (value: number) => `${value}x480`;
const GROWS = (each: number) => `0+${each}x480`;
const GREW = '0x80 1x400';
/** The first of its labels, which no rate sees. */
const APPEARED = '_x80 1x400';

/** A node that is busy and well. */
const WELL: Series = {
  'up{job="sydx"}': STAYS(1),
  sydx_ready: STAYS(1),
  sydx_lease_takeovers_total: STAYS(1),
  sydx_leases_lost_total: STAYS(1),
  sydx_backlog_age_seconds: STAYS(60),
  'sydx_attempts_total{result="success"}': GROWS(6_000),
  'sydx_attempts_total{result="status_5xx"}': GROWS(600),
  'sydx_attempts_total{result="internal"}': STAYS(3),
  sydx_behind_deliveries: STAYS(100),
  sydx_unrecorded_outcomes: STAYS(40),
  sydx_record_batch_seconds_count: GROWS(600),
  'sydx_publish_batch_seconds_bucket{le="0.1"}': GROWS(600),
  'sydx_publish_batch_seconds_bucket{le="+Inf"}': GROWS(600),
  'sydx_outbox_up{place="crm",instance="a"}': STAYS(1),
  // Another node has lost its way to the CRM, and does not relay.
  'sydx_outbox_up{place="crm",instance="b"}': STAYS(0),
  'sydx_outbox_lag_seconds{place="crm"}': STAYS(0.05),
  'sydx_outbox_rejected_total{code="invalid_data"}': STAYS(7),
  'sydx_http_request_seconds_count{status="2xx"}': GROWS(600),
  'sydx_http_request_seconds_count{status="5xx"}': GROWS(1),
  'sydx_database_connections{pool="general",state="waiting"}': STAYS(0),
  nodejs_eventloop_lag_p99_seconds: STAYS(0.02),
  sydx_partitions_ahead_days: STAYS(7),
  sydx_partitions_overdue_days: STAYS(0),
  sydx_roll_up_lag_seconds: STAYS(3_700),
  'sydx_upkeep_last_success_timestamp_seconds{task="take_over"}': GROWS(60),
  'sydx_upkeep_last_success_timestamp_seconds{task="partitions"}': GROWS(59),
  sydx_failing_webhooks: STAYS(0),
  sydx_leads_waiting_age_seconds: STAYS(900),
};

/** What makes each alert fire. */
const TROUBLE: Readonly<Record<string, Series>> = {
  SydxNodeDown: { 'up{job="sydx"}': STAYS(0) },
  SydxNodeNotReady: { sydx_ready: STAYS(0) },
  SydxLeaseTakeover: { sydx_lease_takeovers_total: GREW },
  SydxLeaseLost: { sydx_leases_lost_total: GREW },
  SydxBacklogStuck: {
    sydx_backlog_age_seconds: GROWS(60),
    'sydx_attempts_total{result="success"}': STAYS(70),
  },
  SydxBacklogOld: { sydx_backlog_age_seconds: GROWS(60) },
  SydxBehind: { sydx_behind_deliveries: STAYS(1_501) },
  SydxOutcomesUnrecorded: {
    sydx_unrecorded_outcomes: STAYS(1),
    sydx_record_batch_seconds_count: STAYS(900),
  },
  SydxPublishSlow: {
    'sydx_publish_batch_seconds_bucket{le="1"}': GROWS(1),
    'sydx_publish_batch_seconds_bucket{le="5"}': GROWS(600),
    'sydx_publish_batch_seconds_bucket{le="+Inf"}': GROWS(600),
  },
  SydxOutboxDown: {
    'sydx_outbox_up{place="own"}': STAYS(1),
    'sydx_outbox_up{place="crm"}': STAYS(0),
  },
  SydxOutboxBehind: { 'sydx_outbox_lag_seconds{place="crm"}': GROWS(30) },
  SydxOutboxRejecting: { 'sydx_outbox_rejected_total{code="not_found"}': APPEARED },
  SydxServerErrors: { 'sydx_http_request_seconds_count{status="5xx"}': GROWS(60) },
  SydxConnectionsWaiting: { 'sydx_database_connections{pool="hot",state="waiting"}': STAYS(1) },
  SydxEventLoopSlow: { nodejs_eventloop_lag_p99_seconds: STAYS(0.3) },
  SydxPartitionsMissing: { sydx_partitions_ahead_days: STAYS(1) },
  SydxRollUpsBehind: { sydx_roll_up_lag_seconds: STAYS(21_601) },
  SydxRetentionBehind: { sydx_partitions_overdue_days: STAYS(3) },
  SydxUpkeepFailing: { 'sydx_upkeep_last_success_timestamp_seconds{task="take_over"}': STAYS(0) },
  SydxMostAttemptsFail: {
    'sydx_attempts_total{result="success"}': GROWS(100),
    'sydx_attempts_total{result="timeout"}': GROWS(200),
  },
  SydxWebhooksFailing: { sydx_failing_webhooks: STAYS(1) },
  SydxSecretUnreadable: { 'sydx_attempts_total{result="secret_unreadable"}': APPEARED },
  SydxLeadsWaiting: { sydx_leads_waiting_age_seconds: GROWS(60) },
  SydxProxyFails: { 'sydx_attempts_total{result="proxy_unreachable"}': GROWS(1) },
  SydxInternalErrors: { 'sydx_attempts_total{result="internal"}': APPEARED },
};

/** One alert has patience for six hours. */
const whenFor = (alert: string) => (alert === 'SydxRetentionBehind' ? '8h' : '90m');

function history(series: Series) {
  const input_series = Object.entries(series).map(([name, values]) => ({ series: name, values }));
  return { interval: '1m', input_series };
}

/** Every name that /metrics can show, those of histograms with their endings. */
function shownNames(): Set<string> {
  const names = new Set<string>();
  for (const metric of everyMetric()) {
    const { name } = metric as unknown as { name: string };
    names.add(name);
    if (metric.constructor.name !== 'Histogram') continue;
    for (const ending of ['_bucket', '_count', '_sum']) names.add(`${name}${ending}`);
  }
  return names;
}

describe(FILE, () => {
  test('has alerts of different names', () => {
    expect(alerts.length).toBeGreaterThan(15);
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  });

  test.each(alerts.map((alert) => [alert.alert, alert] as const))(
    '%s is whole: it asks for metrics that there are, and says how bad, what, and where to read on',
    (name, alert) => {
      const { expr, severity, summary, description, runbook } = alert;
      const asked = expr.match(/\b(?:sydx|nodejs|process)_\w+/g) ?? [];
      const shown = shownNames();
      expect(asked.filter((metric) => !shown.has(metric))).toEqual([]);
      // What Prometheus itself knows of a node.
      if (asked.length === 0) expect(expr).toMatch(/^up\{/);
      expect(['critical', 'warning', 'info']).toContain(severity);
      expect(summary).toMatch(/^[A-Z].*[^.]$/);
      expect(description).toMatch(/\.$/);
      expect(alert.for ?? '1m').toMatch(/^[0-9]+[mh]$/);
      expect(runbook).toBe(`${RUNBOOK}#${name.toLowerCase()}`);
      expect(readDocument(RUNBOOK)).toContain(`\n### ${name}\n`);
    },
  );

  test('asks for results of attempts that there are', () => {
    const results = alerts.flatMap(({ expr }) =>
      [...expr.matchAll(/result=~?"([^"]*)"/g)].flatMap(([, values = '']) => values.split('|')),
    );
    expect(results.length).toBeGreaterThan(3);
    expect(results.filter((result) => !Object.hasOwn(ATTEMPT_ERRORS, result))).toEqual([]);
  });

  const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
  const why = hasPromtool ? '' : ' [skipped: promtool is not installed]';
  test.skipIf(!hasPromtool)(`is what promtool takes${why}`, () => {
    const said = execFileSync('promtool', ['check', 'rules', join(ROOT, FILE)], {
      encoding: 'utf8',
    });
    expect(said).toContain(`SUCCESS: ${alerts.length} rules found`);
  });

  test.skipIf(!hasPromtool)(
    `fires when it should, and not when all is well${why}`,
    async () => {
      expect(Object.keys(TROUBLE)).toEqual(alerts.map(({ alert }) => alert));
      const folder = await mkdtemp(join(tmpdir(), 'sydx-alerts-'));
      const file = join(folder, 'test.json');
      const firing = (alert: string) =>
        `clamp_max(count(ALERTS{alertname="${alert}",alertstate="firing"}), 1)`;
      const fires = Object.entries(TROUBLE).map(([alert, series]) => ({
        ...history(series),
        promql_expr_test: [
          {
            expr: firing(alert),
            eval_time: whenFor(alert),
            exp_samples: [{ labels: '{}', value: 1 }],
          },
        ],
      }));
      const well = {
        ...history(WELL),
        promql_expr_test: [{ expr: 'ALERTS', eval_time: '90m', exp_samples: [] }],
      };
      // JSON is YAML, which is what promtool reads.
      const tests = { rule_files: [join(ROOT, FILE)], evaluation_interval: '1m' };
      await writeFile(file, JSON.stringify({ ...tests, tests: [well, ...fires] }));
      const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file]);
      expect(`${stdout.toString()}${stderr.toString()}`).toContain('SUCCESS');
      expect(status).toBe(0);
      await rm(folder, { recursive: true });
    },
    120_000,
  );
});

describe(RUNBOOK, () => {
  const text = readDocument(RUNBOOK);

  test('says of each alert, and of no other, what it means, where to look and what to do', () => {
    const chapter = text.split('\n## The alerts\n')[1]?.split('\n## ')[0] ?? '';
    const parts = chapter.split('\n### ').slice(1);
    expect(parts.map((part) => part.split('\n')[0])).toEqual(alerts.map(({ alert }) => alert));
    for (const part of parts) {
      expect(part).toMatch(/\n\n\*\*Means\*\* [^]*\n\n\*\*Look\*\* [^]*\n\n\*\*Do\*\* /);
    }
  });

  test('quotes lines of the log as they are', () => {
    const lines = codeRows(text.split('\n## Reading the log\n')[1]?.split('\n## ')[0] ?? '');
    const quoted = lines.map(([first = '']) => first.slice(1, -1));
    expect(quoted.length).toBeGreaterThan(8);
    const lost = quoted.filter(
      (line) => spawnSync('grep', ['-rqF', line, join(ROOT, 'packages/server/src')]).status !== 0,
    );
    expect(lost).toEqual([]);
  });

  describe('has statements that PostgreSQL takes', () => {
    let database: TestDatabase;
    let pools: Database;
    beforeAll(async () => {
      database = await createDatabase();
      pools = openDatabase(database.url, () => undefined);
    });
    afterAll(async () => {
      await pools.close();
      await database.drop();
    });

    test.each(
      blocksOf(RUNBOOK)
        .filter(({ language }) => language === 'sql')
        .map(({ line, code }) => [line, code] as const),
    )('line %s', async (_line, code) => {
      await pools.general.query(code);
    });
  });
});
