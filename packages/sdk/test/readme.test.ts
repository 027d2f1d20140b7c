import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../server/test/kit/free-port.ts';
import { BODY, OTHER_SECRET, SECRET, signed } from './delivery.ts';
import { snippet } from './snippet.ts';

const sdkDir = join(import.meta.dirname, '..');
const env = { ...process.env, WEBHOOK_SECRET: SECRET };
let child: ChildProcess | undefined;
afterEach(() => child?.kill());

describe('the README', () => {
  it.each(['Express', 'node:http'])('shows a receiver that works: %s', async (title) => {
    const port = await freePort();
    const args = ['--input-type=module', '-e', snippet(title)];
    child = spawn(process.execPath, args, {
      cwd: sdkDir,
      env: { ...env, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = `http://127.0.0.1:${port}/webhook`;
    await listening(url);
    expect((await post(url, BODY, signed(BODY, SECRET))).ok).toBe(true);
    expect((await post(url, BODY, signed(BODY, OTHER_SECRET))).status).toBe(401);
    expect((await post(url, `${BODY} `, signed(BODY, SECRET))).status).toBe(401);
  });

  it('shows a receiver that works: Request and Response', () => {
    const requests = [SECRET, OTHER_SECRET].map((secret) => {
      const init = JSON.stringify({ method: 'POST', body: BODY, headers: signed(BODY, secret) });
      return `console.log((await POST(new Request('http://receiver/', ${init}))).status);`;
    });
    const code = [snippet('Request and Response'), ...requests].join('\n');
    const args = ['--input-type=module-typescript', '-e', code];
    const printed = execFileSync(process.execPath, args, { cwd: sdkDir, env, encoding: 'utf8' });
    expect(printed).toBe('204\n401\n');
  });
});

async function listening(url: string): Promise<void> {
  for (;;) {
    try {
      await fetch(url, { method: 'POST' });
      return;
    } catch {
      await sleep(50);
    }
  }
}

function post(url: string, body: string, headers: Record<string, string>): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    body,
    headers: { ...headers, 'content-type': 'application/json' },
  });
}
