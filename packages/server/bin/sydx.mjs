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
  await import('../src/cli/main.ts');
}
