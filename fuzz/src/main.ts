/** `npm run fuzz`: see --help. */
import { fuzzAnswers } from './answers/fuzz-answers.ts';
import type { Fuzzer, Verdict } from './fuzzer.ts';
import { fuzzInput } from './input/fuzz-input.ts';
import { type Options, readOptions, USAGE } from './options.ts';

const FUZZERS = { answers: fuzzAnswers, input: fuzzInput } satisfies Record<string, Fuzzer>;
type Target = keyof typeof FUZZERS;

async function run({ target, count, seed }: Options<Target>): Promise<void> {
  if (target === null) {
    console.log(USAGE);
    return;
  }
  console.log(`${count} ${target}, --seed ${seed}`);
  const startedAtMs = performance.now();
  const verdict = await FUZZERS[target]({ count, seed, tell: (text) => console.error(text) });
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  print(verdict);
  console.log(
    verdict.broken.length === 0
      ? `All held: ${count} ${target} in ${seconds} s.`
      : `NOT held. Repeat with: npm run fuzz -- ${target} --count ${count} --seed ${seed}`,
  );
  if (verdict.broken.length > 0) process.exitCode = 1;
}

function print({ outcomes, broken }: Verdict): void {
  for (const [outcome, times] of [...outcomes].toSorted(([, a], [, b]) => b - a)) {
    console.log(`  ${String(times).padStart(9)}  ${outcome}`);
  }
  for (const sentence of broken.slice(0, 20)) console.log(`  broken: ${sentence}`);
  if (broken.length > 20) console.log(`  … and ${broken.length - 20} more`);
}

try {
  await run(readOptions(process.argv.slice(2), Object.keys(FUZZERS) as Target[]));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
