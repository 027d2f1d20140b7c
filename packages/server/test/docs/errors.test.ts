import { join } from 'node:path';
import { ATTEMPT_ERRORS, PROBLEMS } from '@sydx/contract';
import { expect, test } from 'vitest';
import { ROOT } from './blocks.ts';

/** Written by this test: `npx vitest run packages/server/test/docs/errors.test.ts -u`. */
test('docs/errors.md has every code of the registries', async () => {
  await expect(errorsPage()).toMatchFileSnapshot(join(ROOT, 'docs/errors.md'));
});

function errorsPage(): string {
  const problems = Object.entries(PROBLEMS).map(
    ([code, { status, title, hint }]) => `| \`${code}\` | ${status} | ${title} | ${hint} |`,
  );
  const attempts = Object.entries(ATTEMPT_ERRORS).map(
    ([code, { summary, advice }]) => `| \`${code}\` | ${summary} | ${advice} |`,
  );
  return `# Errors

Codes are stable: none is renamed or given another meaning. Made from \`packages/contract\`; a running server shows
the same at \`/docs/errors\`.

## Errors of the API

In \`code\` of a [problem document](engineers/api.md#errors).

| code | status | what it means | what to do |
|---|---|---|---|
${problems.join('\n')}

## Errors of attempts

In \`error.code\` of a delivery and of each attempt.

| code | what happened | what to do |
|---|---|---|
${attempts.join('\n')}
`;
}
