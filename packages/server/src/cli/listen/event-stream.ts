/** One message of a stream of server-sent events (WHATWG HTML, section 9.2). */
export interface StreamMessage {
  readonly event: string;
  readonly data: string;
}

/** @param chunks the answer's bytes @returns its messages; what ends in the middle of one is none */
export async function* readEventStream(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<StreamMessage> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    // Most of a message arrives in pieces: only the new one can hold its end.
    const searchFrom = Math.max(0, rest.length - 1);
    rest += decoder.decode(chunk, { stream: true });
    let start = 0;
    for (let at = rest.indexOf('\n\n', searchFrom); at !== -1; at = rest.indexOf('\n\n', start)) {
      const message = readMessage(rest.slice(start, at));
      start = at + 2;
      if (message !== null) yield message;
    }
    rest = rest.slice(start);
  }
}

/** @returns null for a comment, or a field that is about the connection */
function readMessage(block: string): StreamMessage | null {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const [, name, value = ''] = /^(event|data): ?(.*)$/.exec(line) ?? [];
    if (name === 'event') event = value;
    if (name === 'data') data.push(value);
  }
  return data.length === 0 ? null : { event, data: data.join('\n') };
}
