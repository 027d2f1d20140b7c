import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { Machine, type Product } from './product.ts';

let machine: Machine;
beforeAll(async () => {
  machine = await Machine.make();
});
afterAll(() => machine.clear());

async function ended(product: Product): Promise<{ code: number | string; err: string }> {
  return { code: await product.ended(), err: product.err() };
}

describe('--help', () => {
  function leaves(command: Command, path: string[] = []): [string, string[]][] {
    return command.commands.flatMap((each) => {
      const here = [...path, each.name()];
      return each.commands.length > 0 ? leaves(each, here) : [[here.join(' '), here]];
    });
  }

  test.each(leaves(createProgram()))(
    'sydx %s --help has a sentence and an example',
    async (_, path) => {
      const program = createProgram();
      let text = '';
      const listen = (command: Command): void => {
        command.configureOutput({ writeOut: (part) => (text += part) });
        command.commands.forEach(listen);
      };
      listen(program);
      await expect(program.parseAsync(['node', 'sydx', ...path, '--help'])).rejects.toMatchObject({
        exitCode: 0,
      });
      expect(text).toMatch(/^Usage: sydx .*\n\n[A-Z]/);
      expect(text).toMatch(/Examples:\n {2}npx sydx /);
    },
  );

  test('is no error', async () => {
    const help = machine.run(['webhook', '--help']);
    expect(await ended(help)).toEqual({ code: 0, err: '' });
    expect(help.out()).toContain('rotate');
  });
});

describe('exit codes', () => {
  test('2 for a command line that is wrong', async () => {
    for (const args of [
      [],
      ['webhook'],
      ['nonsense'],
      ['webhook', 'show'],
      ['publish', 'nosuchtype'],
      ['publish', 'message.received', '--data', '{'],
      ['webhook', 'list', '--url', 'localhost:8080', '--api-key', 'x'],
    ]) {
      expect([args, (await ended(machine.run(args))).code]).toEqual([args, 2]);
    }
  });

  test('1 and a sentence when no server answers, when there is no key, for a file that is not there', async () => {
    const none = { SYDX_URL: 'http://127.0.0.1:9', SYDX_API_KEY: 'x' };
    expect(await ended(machine.run(['webhook', 'list'], none))).toEqual({
      code: 1,
      err: expect.stringMatching(/^No server answers at http:\/\/127\.0\.0\.1:9 /),
    });
    expect(await ended(machine.run(['webhook', 'list']))).toEqual({
      code: 1,
      err: expect.stringContaining('SYDX_API_KEY'),
    });
    const missing = machine.run(['publish', 'message.received', '--data', '@nowhere.json'], none);
    expect(await ended(missing)).toEqual({
      code: 1,
      err: expect.stringMatching(/^nowhere\.json cannot be read/),
    });
  });
});

describe('a start is refused with a sentence', () => {
  test('for every setting that is wrong, all at once', async () => {
    const { code, err } = await ended(
      machine.run(['start'], { PORT: '99999', RETRY_SCHEDULE: '5,soon', SECRETS_KEY: 'short' }),
    );
    expect(code).toBe(1);
    expect(err.trim().split('\n')).toEqual([
      'PORT is "99999": write a whole number from 0 to 65535.',
      expect.stringMatching(/^SECRETS_KEY is not base64 of 32 bytes/),
      expect.stringMatching(/^RETRY_SCHEDULE is "5,soon": /),
    ]);
  });

  test('for a DATABASE_URL without SECRETS_KEY, and for a password that is wrong', async () => {
    const DATABASE_URL = 'postgresql://nobody:wrong@127.0.0.1:9/none';
    const missing = await ended(machine.run(['migrate'], { DATABASE_URL }));
    expect(missing).toEqual({ code: 1, err: expect.stringContaining('SECRETS_KEY is missing') });
  });

  test('for a demo that cannot deliver', async () => {
    const { code, err } = await ended(machine.run(['start', '--demo'], { ROLE: 'api' }));
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('ROLE=all') });
  });

  test('on a Node that is too old', async () => {
    const old = `data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'20.19.0'}})`;
    const bin = new URL('../../bin/sydx.mjs', import.meta.url).pathname;
    const { code, err } = await ended(machine.spawn(process.execPath, ['--import', old, bin]));
    expect(code).toBe(1);
    expect(err).toMatch(/^This needs Node 24, .* `npx sydx` or `npm start`/);
  });
});
