/** The curl of the documents, for machines that have none: -sS, -X, -H, -d and a URL. */
const headers = new Headers();
let url = '';
let method: string | undefined;
let body: string | undefined;
const words = process.argv.slice(2);
for (let word = words.shift(); word !== undefined; word = words.shift()) {
  if (word === '-sS') continue;
  else if (word === '-X') method = words.shift();
  else if (word === '-d') body = words.shift();
  else if (word === '-H') {
    const [name = '', ...value] = (words.shift() ?? '').split(':');
    headers.set(name, value.join(':').trim());
  } else if (word.startsWith('-')) throw new Error(`This curl knows no ${word}.`);
  else url = word;
}
method ??= body === undefined ? 'GET' : 'POST';
const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
process.stdout.write(await response.text());
