import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ATTEMPT_ERRORS } from '@sydx/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMetrics, watchEngine } from '../../src/base/metrics.ts';
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

/** Every name that /metrics can show, those of histograms with their endings. */
function shownNames(): Set<string> {
  const metrics = createMetrics();
  const none = () => 0;
  const engine = { sending: none, held: none, unrecorded: none, intake: none, behind: none };
  watchEngine(metrics, { ...engine, isReady: () => true });
  const names = new Set<string>();
  for (const metric of metrics.registry.getMetricsAsArray()) {
    names.add(metric.name);
    if (metric.constructor.name !== 'Histogram') continue;
    for (const ending of ['_bucket', '_count', '_sum']) names.add(`${metric.name}${ending}`);
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
