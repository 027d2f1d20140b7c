import { type InboxRequest, LIMITS } from '@sydx/contract';
import { parseId } from '../../base/ids.ts';
import { coloured, print, printJsonLine } from '../output.ts';
import { plainText } from '../plain-text.ts';
import type { Forwarded } from './forward.ts';

export interface Printing {
  readonly json?: boolean;
  readonly printBody?: boolean;
}

/** One request and what came of it. @param forwarded null when nothing is forwarded */
export function printRequest(
  request: InboxRequest,
  forwarded: Forwarded | null,
  { json, printBody }: Printing,
): void {
  if (json === true) {
    printJsonLine({ kind: 'request', ...request, forwarded });
    return;
  }
  const parts = [
    request.receivedAt,
    plainText(headerOf(request, 'x-sydx-event') ?? `${request.method} without an event`),
    plainText(headerOf(request, 'x-sydx-delivery') ?? '–'),
    `attempt ${plainText(headerOf(request, 'x-sydx-attempt') ?? '–')}`,
  ];
  const { sydx, standard } = request.signatures;
  if (sydx.verdict !== 'valid' || standard.verdict !== 'valid') {
    parts.push(coloured('yellow', `signatures ${sydx.verdict}, ${standard.verdict}`));
  }
  if (forwarded !== null) parts.push(outcomeOf(request, forwarded));
  print(parts.join('  '));
  if (printBody === true)
    print(plainText(request.bodyText ?? `(${request.bodyBytes} bytes)`, true));
}

function outcomeOf(request: InboxRequest, forwarded: Forwarded): string {
  if ('error' in forwarded) {
    const id = headerOf(request, 'x-sydx-delivery');
    // A command that is copied into a shell holds nothing that any sender may choose.
    const isOurs = id !== undefined && parseId('dlv', id) !== null;
    const again = isOurs ? `; once more: npx sydx redeliver ${id}` : '';
    const tries = forwarded.tries === 1 ? '1 try' : `${forwarded.tries} tries`;
    return coloured('red', `→ not forwarded in ${tries} (${plainText(forwarded.error)})${again}`);
  }
  const { status, durationMs } = forwarded;
  const isGood = status >= 200 && status < 300;
  const slow =
    durationMs > LIMITS.attemptDeadlineMs
      ? coloured('yellow', `  (a real delivery waits ${LIMITS.attemptDeadlineMs / 1_000} s)`)
      : '';
  return `→ ${coloured(isGood ? 'green' : 'red', String(status))} in ${durationMs} ms${slow}`;
}

function headerOf({ headers }: InboxRequest, sought: string): string | undefined {
  return headers.find(({ name }) => name.toLowerCase() === sought)?.value;
}
