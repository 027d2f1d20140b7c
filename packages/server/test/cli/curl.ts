/** For machines without curl: as much of it as the printed lines use, so that a shell still reads them. */
const headers: Record<string, string> = {};
let url = '';
let body: string | undefined;
const words = process.argv.slice(2);
for (let word = words.shift(); word !== undefined; word = words.shift()) {
  if (word === '-sS') continue;
  if (word === '-H') {
    const [, name = '', value = ''] = /^([^:]+): *(.*)$/.exec(words.shift() ?? '') ?? [];
    headers[name] = value;
  } else if (word === '-d') body = words.shift() ?? '';
  else if (word.startsWith('-')) throw new Error(`This stand-in does not know ${word}.`);
  else url = word;
}
const response = await fetch(
  url,
  body === undefined ? { headers } : { method: 'POST', headers, body },
);
process.stdout.write(await response.text());
