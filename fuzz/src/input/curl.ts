import type { FuzzRequest } from './requests.ts';
import { bytesOf } from './send.ts';

/** Longer ones are told by their number alone. */
const LONGEST = 4_000;

/** A line for a shell that sends the same bytes again. */
export function curlOf(request: FuzzRequest, origin: string): string {
  const { method, target, headers, body, raw } = request;
  if (raw !== undefined || bytesOf(request).length > LONGEST) {
    const bytes = bytesOf(request).subarray(0, LONGEST).toString('base64');
    return `echo ${bytes} | base64 -d | nc -N ${new URL(origin).host.replace(':', ' ')}`;
  }
  const parts = [`curl -i --path-as-is -X ${method}`, quote(origin + target)];
  for (const [name, value] of headers) parts.push(`-H ${quote(`${name}: ${value}`)}`);
  if (body !== null) parts.push(`--data-binary @<(echo ${body.toString('base64')} | base64 -d)`);
  return parts.join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll(`'`, String.raw`'\''`)}'`;
}
