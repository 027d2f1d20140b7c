#!/usr/bin/env node
// Plain JavaScript: the program itself is TypeScript, which a Node before 24 cannot even read.
const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  process.stderr.write(
    `This needs Node 24, and this is ${process.version}. npm brings its own: run it as ` +
      '`npx sydx` or `npm start` inside the workspace, after `npm ci`.\n',
  );
  process.exitCode = 1;
} else {
  if (process.argv[2] === 'start') frugal();
  await import('../src/cli/main.ts');
}

/**
 * Starts this process anew, under its own pid, with flags that can only be given at the start. A server
 * allocates a buffer for each statement and each request; by default V8 and glibc keep what they once
 * needed for it: 493 MB after a minute of load, and 275 MB with these (bench, row memory).
 */
function frugal() {
  const settings = {
    MALLOC_ARENA_MAX: '1',
    MALLOC_MMAP_THRESHOLD_: '131072',
    MALLOC_TRIM_THRESHOLD_: '131072',
  };
  if (process.platform !== 'linux' || process.env.MALLOC_ARENA_MAX !== undefined) return;
  const flags = ['--max-semi-space-size=8', '--heap-growing-percent=150', ...process.execArgv];
  const args = [process.execPath, ...flags, ...process.argv.slice(1)];
  process.execve(process.execPath, args, { ...process.env, ...settings });
}
