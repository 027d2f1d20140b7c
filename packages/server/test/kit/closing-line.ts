import type { Reporter, TestCase, TestModule } from 'vitest/node';

/**
 * @param tests each counted once, by its last result
 * @param broken how many errors belong to no test
 */
export function closingLine(tests: Iterable<Pick<TestCase, 'result'>>, broken: number): string {
  const counts = { passed: 0, failed: broken, skipped: 0 };
  for (const test of tests) {
    const { state } = test.result();
    // A test that never finished, for instance because its process died, did not pass.
    counts[state === 'pending' ? 'failed' : state] += 1;
  }
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}

/** What broke outside of any test: a file that could not be loaded, a hook, a stray rejection. */
function brokenOutside(modules: readonly TestModule[]): number {
  return modules
    .flatMap((module) => [module, ...module.children.allSuites()])
    .reduce((sum, suite) => sum + suite.errors().length, 0);
}

/**
 * Ends a run with its sum on a line of its own, `N passed, N failed, N skipped`, which is the form
 * that tools read. What broke outside of any test counts as failed, so that a run that failed never
 * ends in "0 failed".
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const broken = brokenOutside(modules) + unhandledErrors.length;
    process.stdout.write(`\n${closingLine(tests, broken)}\n`);
  }
}
