/** A word for a POSIX shell, whatever is in it. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** What the shell is to send as the key: a word that it makes into one. */
export type KeyWord = string;

/** A curl line that works as printed. @param key already a part of a double-quoted word */
export function curlPost(url: string, key: KeyWord, body: object): string {
  return [
    `curl -sS ${quoted(url)}`,
    `-H "Authorization: Bearer ${key}"`,
    `-H 'Content-Type: application/json'`,
    `-d ${quoted(JSON.stringify(body))}`,
  ].join(' ');
}

export function curlGet(url: string, key: KeyWord): string {
  return `curl -sS ${quoted(url)} -H "Authorization: Bearer ${key}"`;
}
