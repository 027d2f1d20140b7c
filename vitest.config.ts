import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', './packages/server/test/kit/closing-line.ts'],
    globalSetup: ['packages/server/test/kit/global-setup.ts'],
    include: [
      'packages/*/test/**/*.test.ts',
      '{bench,chaos,fuzz}/test/**/*.test.ts',
      'integrations/*/test/**/*.test.ts',
    ],
    pool: 'forks',
    maxWorkers: 2,
    // A busy machine is slow, and waiting costs nothing where what is waited for comes.
    expect: { poll: { timeout: 20_000 } },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
