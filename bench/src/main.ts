/** `npm run bench`: see --help. */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Row } from './bench.ts';
import { compareResults } from './compare.ts';
import { measure } from './measure.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { parseResult } from './result.ts';
import { resultsPage } from './results-page.ts';
import { ROWS } from './rows/index.ts';
import { differenceTable, disturbanceSentence, resultTable } from './table.ts';

async function run(options: Options): Promise<void> {
  if (options.help) {
    const rows = ROWS.map(
      ({ name, description, full }) =>
        `  ${name.padEnd(16)}  ${description}${full ? ' (--full)' : ''}`,
    );
    console.log(
      `${USAGE}\n\nRows:\n  ceiling           sign and POST, nothing stored\n${rows.join('\n')}`,
    );
    return;
  }
  if (options.compare !== null) {
    const [before, after] = await Promise.all(
      options.compare.map((path) => readFile(path, 'utf8')),
    );
    console.log(
      differenceTable(compareResults(parseResult(before ?? ''), parseResult(after ?? ''))),
    );
    return;
  }
  const { only, full } = options;
  const isAsked = ({ name, full: isLong }: Row): boolean =>
    only.length > 0 ? only.includes(name) : full || isLong !== true;
  const result = await measure({
    rows: ROWS.filter(isAsked),
    seconds: options.seconds,
    tries: options.tries,
    profile: options.profile === null ? null : resolve(options.profile),
    tell: (sentence) => console.error(sentence),
  });
  const { machine } = result;
  console.log(`\n${resultTable(result)}\n`);
  console.log(
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.kernel}, ` +
      `Node ${machine.node}, PostgreSQL ${machine.postgres}`,
  );
  const warning = disturbanceSentence(result);
  if (warning !== '') console.error(warning);
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
  if (options.write) {
    await writeFile(new URL('../RESULTS.md', import.meta.url), resultsPage(result));
  }
}

try {
  await run(
    readOptions(
      process.argv.slice(2),
      ROWS.map(({ name }) => name),
    ),
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
