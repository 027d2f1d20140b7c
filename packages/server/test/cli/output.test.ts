import { describe, expect, test } from 'vitest';
import { readableLine } from '../../src/cli/log-lines.ts';
import { plainText } from '../../src/cli/plain-text.ts';
import { curlPost, quoted } from '../../src/cli/shell.ts';
import { Machine, shell } from './product.ts';

describe('text from outside', () => {
  test('cannot move the cursor, ring, forge a line or turn the direction of writing', () => {
    expect(plainText('a\u001B[31mb\u0007\r\nc\u009Bd\u202Ee\u2028f')).toBe('a�[31mb���c�d�e�f');
    expect(plainText('one\n\ttwo\u0000', true)).toBe('one\n\ttwo�');
    expect(plainText('नमस्ते 👋 ä')).toBe('नमस्ते 👋 ä');
  });

  test('is harmless in a log line at a terminal', () => {
    const line = JSON.stringify({ level: 40, time: 0, msg: 'told \u001B[2J', name: '\u0007' });
    expect(readableLine(line)).toMatch(/^\d\d:\d\d:\d\d warn told �\[2J \{"name":"\\u0007"\}\n$/);
  });
});

describe('a printed command line', () => {
  test('survives the shell whatever is in it', async () => {
    const machine = await Machine.make();
    try {
      const word = `it's "$HOME" \`id\` \\ $(id) !`;
      expect(await shell(machine, `printf %s ${quoted(word)}`)).toBe(word);
      expect(curlPost('http://h/v1', '$KEY', { a: "it's" })).toContain(
        '"Authorization: Bearer $KEY"',
      );
    } finally {
      await machine.clear();
    }
  });
});
