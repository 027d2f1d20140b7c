/**
 * What `npm test` does first: installs Chromium, and a font where there is none, from Debian's own
 * packages. Without root, or elsewhere, it says what to install. Does nothing when it is there.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { findChromium } from './chromium.ts';

function run(command: string, ...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0;
}

function hasFont(): boolean {
  const folder = '/usr/share/fonts';
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { recursive: true }).some((name) => /\.(ttf|otf)$/.test(String(name)));
}

/** @returns what to say when it did not work */
function install(): string | null {
  const given = process.env['CHROMIUM_PATH'];
  if (given !== undefined && given !== '')
    return `CHROMIUM_PATH is ${given}, and nothing is there.`;
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) {
    return (
      'The browser tests need Chromium or Chrome, and none was found. Install it (on Debian and ' +
      'Ubuntu: `sudo apt-get install chromium`), or set CHROMIUM_PATH to the program.'
    );
  }
  process.stderr.write('Installing Chromium for the browser tests, once…\n');
  const fonts = hasFont() ? [] : ['fonts-liberation', 'fonts-dejavu-core'];
  const isDone =
    run('apt-get', 'update', '-qq') &&
    run('apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium', ...fonts);
  if (isDone && findChromium() !== null) return null;
  return 'apt-get could not install Chromium. Install it, or set CHROMIUM_PATH to the program.';
}

const problem = findChromium() === null ? install() : null;
if (problem !== null) {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
