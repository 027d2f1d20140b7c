import { expect, test } from 'vitest';
import { jsonParts, prettyJson } from '../../src/ui/json.ts';
import { visibleText } from '../../src/ui/visible-text.ts';

test('control characters of a response are shown and not obeyed', () => {
  expect(visibleText('a\u001B[31mred\u0007\u0000\r\nb\tc')).toBe('a␛[31mred␇␀\nb\tc');
  expect(visibleText('\u202Egnp.exe')).toBe('‹U+202E›gnp.exe');
  expect(visibleText('नमस्ते 👩‍💻 ok')).toBe('नमस्ते 👩‍💻 ok');
});

test('pretty JSON keeps every value, and what is not JSON stays as it is', () => {
  const body = '{"event":"x","data":{"n":1e21,"list":[true,null,"a\\"b"]}}';
  expect(JSON.stringify(JSON.parse(prettyJson(body)))).toBe(JSON.stringify(JSON.parse(body)));
  expect(prettyJson('<html>')).toBe('<html>');
});

test('coloured parts put together are the text', () => {
  const json = prettyJson('{"a":{"b: c":"d\\"e"},"f":[-1.5e3,false,null],"g":""}');
  const parts = jsonParts(json);
  expect(parts.map(([, text]) => text).join('')).toBe(json);
  expect(parts.filter(([kind]) => kind === 'key').map(([, text]) => text)).toEqual([
    '"a"',
    '"b: c"',
    '"f"',
    '"g"',
  ]);
});
