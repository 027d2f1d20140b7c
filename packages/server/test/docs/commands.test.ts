import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { curlLines } from '../cli/product.ts';
import { type Block, blocksOf, codeRows, DOCUMENTS, readDocument } from './blocks.ts';
import {
  type DocumentedProduct,
  startDocumentedProduct,
  stopDocumentedProduct,
} from './product.ts';
import { Shell } from './shell.ts';

/** What no test runs, each with the reason that stands beside it in the document. */
const NOT_RUN = [
  'README.md sh: other tests run these two commands',
  'README.md sh: other tests run these two commands',
  'README.md sh: the test starts the demo by itself',
  'docs/admins/custom-server.md http: what is sent, not what you run',
  'docs/admins/web-forms.md html: the dashboard makes it, and its tests post it',
  'docs/admins/web-forms.md js: the dashboard makes it, and its tests post it',
  'docs/admins/webhooks.md sh: address and key are yours',
  'docs/admins/webhooks.md sh: example.com takes no webhooks',
  'docs/admins/webhooks.md sh: needs a delivery of yours',
  'docs/engineers/local-development.md sh: packages/server/test/cli/listen.test.ts runs it',
  'docs/engineers/local-development.md sh: packages/server/test/cli/tail.test.ts runs it',
  "docs/engineers/verify.md sh: the test's server was started like this",
  'docs/engineers/verify/csharp.md csharp: no .NET in Debian',
  'docs/engineers/verify/csharp.md csharp: a library from outside of Debian',
  'docs/engineers/verify/go.md go: a library from outside of Debian',
  'docs/engineers/verify/java.md java: a library from outside of Debian',
  'docs/engineers/verify/node.md sh: a test of the SDK packs and installs it',
  'docs/engineers/verify/php.md php: a library from outside of Debian',
  'docs/engineers/verify/python.md python: a library from outside of Debian',
  'docs/engineers/verify/ruby.md ruby: a library from outside of Debian',
  'docs/operating.md yaml: there is no Prometheus where the tests run',
  'docs/operating.md sh: the log file is yours',
  'docs/operating.md sql: for psql',
  'docs/operating.md sql: for psql',
  'docs/operating.md sql: for psql',
  'docs/operating.md sql: for psql',
  'docs/operators/backup-and-upgrade.md sh: needs a server of yours',
  'docs/operators/backup-and-upgrade.md sh: stop the product first',
  'docs/operators/backup-and-upgrade.md sh: needs pg_dump 18',
  'docs/operators/outbox.md sh: the chapters before need it',
  'docs/operators/running.md sh: other tests run these two commands',
  'docs/operators/running.md sh: needs a server of yours',
  'docs/operators/running.md sh: packages/server/test/cli/workers.test.ts starts several',
  'docs/operators/running.md sh: needs a proxy of yours',
  'docs/operators/running.md sh: needs a proxy of yours',
  'docs/operators/running.md sh: there is no Docker where the tests run',
  'docs/operators/running.md sh: there is no Docker where the tests run',
  'docs/operators/running.md sh: there is no Docker where the tests run',
  'docs/operators/running.md sh: there is no systemd where the tests run',
  'docs/operators/running.md sh: needs a cluster of yours',
  'docs/operators/running.md sh: packages/server/test/cli/secrets-key.test.ts runs it',
  'docs/operators/running.md sh: packages/server/test/cli/secrets-key.test.ts runs it',
  'docs/scaling.md sh: measures for minutes',
];

/** Pictures and output: nothing to run. */
const SHOWN = new Set(['', 'text', 'json', 'mermaid']);

const blocks = DOCUMENTS.flatMap(blocksOf);

test('every block is run, or stands here with the reason why not', () => {
  const notRun = blocks.filter(({ mark }) => mark.startsWith('not-run: '));
  const named = notRun.map(
    ({ file, language, mark }) => `${file} ${language}: ${mark.slice('not-run: '.length)}`,
  );
  expect(named).toEqual(NOT_RUN);
  const unmarked = blocks.filter(
    ({ language, mark }) => !SHOWN.has(language) && !/^(run|receiver|not-run:)/.test(mark),
  );
  expect(unmarked).toEqual([]);
});

let product: DocumentedProduct;
beforeAll(async () => {
  product = await startDocumentedProduct();
});
afterAll(() => stopDocumentedProduct(product));

test('the demo prints one curl line, and shows its delivery, verified', async () => {
  const lines = curlLines(product.process.out());
  expect(lines).toHaveLength(1);
  const { id } = JSON.parse(await newShell('README.md').paste(lines[0] ?? '')) as { id: string };
  const [line] = await product.process.said(new RegExp(`^ {2}message\\.received  ${id}.*$`, 'm'));
  expect(line).toContain('signature verified');
});

for (const file of DOCUMENTS) {
  const own = blocksOf(file);
  const commands = own.filter(({ language, mark }) => language === 'sh' && mark.startsWith('run'));
  if (commands.length === 0) continue;
  describe(`what ${file} says to do works`, () => {
    let shell: Shell;
    beforeAll(() => {
      shell = newShell(file);
    });

    test.each(commands.map((block) => [`line ${block.line}`, block] as const))(
      '%s',
      async (_line, block) => {
        const out = await shell.paste(here(block.code));
        expect(out.includes('"type":"/docs/errors#'), out).toBe(/\bproblem\b/.test(block.mark));
        expectAnswer(out, own[own.indexOf(block) + 1]);
        capture(block, out, shell);
      },
    );
  });
}

test("where there is no curl, the README's lines work with the tests' own", async () => {
  const shell = newShell('README.md', true);
  for (const { language, mark, code } of blocksOf('README.md')) {
    if (language !== 'sh' || !mark.startsWith('run')) continue;
    expect(await shell.paste(here(code))).not.toContain('/docs/errors#');
  }
});

test('the WhatsApp notification that publish.md signs became events', async () => {
  type Events = { data: { type: string; data: Record<string, unknown> }[] };
  const { data } = await product.call<Events>('GET', '/v1/events?limit=100');
  expect(data).toContainEqual(
    expect.objectContaining({
      type: 'message.received',
      data: expect.objectContaining({ messageId: 'wamid.TRY-1', body: 'Hello!', name: 'John Doe' }),
    }),
  );
  expect(data.map(({ type }) => type)).toContain('contact.created');
});

test('docs/operators/metrics.md has what /metrics shows of ours, and nothing else', async () => {
  const text = await (await fetch(`${product.url}/metrics`)).text();
  const shown = [...text.matchAll(/^# TYPE (sydx_\w+) (\w+)$/gm)];
  const rows = codeRows(readDocument('docs/operators/metrics.md').split('\n## ')[0] ?? '');
  expect(rows.map(([name, kind]) => `${name} ${kind}`).toSorted()).toEqual(
    shown.map(([, name, kind]) => `\`${name}\` ${kind}`).toSorted(),
  );
});

/** Operators and engineers have their keys in the environment; the README's reader takes it out of the file. */
function newShell(file: string, ownCurl?: boolean): Shell {
  const keys = {
    SYDX_URL: product.url,
    DATA_DIR: product.machine.path('data'),
    SYDX_API_KEY: product.apiKey,
    OPERATOR_API_KEY: product.operatorKey,
  };
  return new Shell({
    cwd: product.machine.dir,
    env: file === 'README.md' ? {} : keys,
    ...(ownCurl === undefined ? {} : { ownCurl }),
  });
}

/** The documents know only the default address. */
function here(code: string): string {
  return code.replaceAll('http://127.0.0.1:8080', product.url);
}

/** The block behind a command may show its answer: text as it is, JSON by its shape. */
function expectAnswer(out: string, next: Block | undefined): void {
  if (next?.mark !== 'answer') return;
  if (next.language === 'text') expect(out.trim()).toBe(next.code.trim());
  else expect(shapeOf(JSON.parse(out))).toEqual(shapeOf(JSON.parse(next.code)));
}

/** Names in their order and kinds of values; of a list its first entry. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.entries(value).map(([name, part]) => [name, shapeOf(part)]);
}

/** `capture=NAME:field` keeps a field of the answer in the reader's environment. */
function capture({ mark }: Block, out: string, shell: Shell): void {
  const [, name, field] = /\bcapture=(\w+):(\w+)/.exec(mark) ?? [];
  if (name === undefined || field === undefined) return;
  const value = out.trimStart().startsWith('{')
    ? (JSON.parse(out) as Record<string, unknown>)[field]
    : new RegExp(`^${field} {2,}(\\S+)`, 'm').exec(out)?.[1];
  expect(value, out).toBeTypeOf('string');
  shell.env[name] = String(value);
}
