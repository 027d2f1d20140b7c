import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @returns the code in the README under the heading that starts with `title` */
export function snippet(title: string): string {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  const section = readme.split(`\n## ${title}`)[1];
  const code = section && /```[jt]s\n(.*?)```/s.exec(section)?.[1];
  if (!code) throw new Error(`README.md has no code under "${title}"`);
  return code;
}
