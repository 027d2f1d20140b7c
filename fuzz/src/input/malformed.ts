import type { Dice } from '@sydx/server/test/kit/dice.ts';
import { randomBytes } from '../answers/picks.ts';
import type { Stage } from './stage.ts';

const HOST = 'Host: 127.0.0.1\r\n';
const JSON_TYPE = 'Content-Type: application/json\r\n';

/** Bytes that are no HTTP, or tell lies about themselves. */
export function malformed(dice: Dice, stage: Stage): Buffer {
  const [name, value] = stage.callers['admin key'][0] ?? ['x', 'x'];
  const key = `${name}: ${value}\r\n`;
  const post = `POST /v1/webhooks HTTP/1.1\r\n${HOST}${key}${JSON_TYPE}`;
  const texts: readonly (() => string)[] = [
    () => 'GET\r\n\r\n',
    () => '\r\n\r\n\r\n',
    () => 'GET / HTTP/9.9\r\n\r\n',
    () => `GET / HTTP/1.1\r\n\r\n`,
    () => `GET /v1/events HTTP/1.1\r\n${HOST}${HOST}${key}\r\n`,
    () => `GET /v1/events HTTP/1.0\r\n${key}\r\n`,
    () => `GET /v1/events\0 HTTP/1.1\r\n${HOST}\r\n`,
    () => `GET http://evil.example/v1/events HTTP/1.1\r\n${HOST}${key}\r\n`,
    () => `GET //evil.example/v1/events HTTP/1.1\r\n${HOST}${key}\r\n`,
    () => `GET /../../etc/passwd HTTP/1.1\r\n${HOST}\r\n`,
    () => `GET /assets/..%2f..%2f..%2fpackage.json HTTP/1.1\r\n${HOST}\r\n`,
    () => `GET /assets/%00 HTTP/1.1\r\n${HOST}\r\n`,
    () => `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`,
    () => `CONNECT evil.example:443 HTTP/1.1\r\n${HOST}\r\n`,
    () => `GET / HTTP/1.1\r\n${HOST}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
    () => `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`,
    () => `GET / HTTP/1.1\r\n${HOST}X: ${'x'.repeat(20_000)}\r\n\r\n`,
    () => `GET / HTTP/1.1\r\n${HOST}${'X: y\r\n'.repeat(3_000)}\r\n`,
    () => `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n${HOST}\r\n`,
    () => `GET / HTTP/1.1\r\n${HOST}X : y\r\n\r\n`,
    () => `GET / HTTP/1.1\r\n${HOST} folded: y\r\n\r\n`,
    () => `GET / HTTP/1.1\r\n${HOST}X: a\0b\r\n\r\n`,
    () => `GET / HTTP/1.1\n${HOST.replace('\r', '')}\n`,
    () => `${post}Content-Length: 5\r\n\r\n{}`,
    () => `${post}Content-Length: 1\r\n\r\n{"name":"x"}`,
    () => `${post}Content-Length: -1\r\n\r\n{}`,
    () => `${post}Content-Length: 99999999999999999999\r\n\r\n{}`,
    () => `${post}Content-Length: 100000000\r\n\r\n{}`,
    () => `${post}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
    () => `${post}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    () => `${post}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    () => `${post}Transfer-Encoding: identity\r\n\r\n{}`,
    () => `${post}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`,
    () => `${post}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}`,
    () => `${post}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`,
    () => `${post}Transfer-Encoding: chunked\r\n\r\n2;x="${'y'.repeat(20_000)}"\r\n{}\r\n0\r\n\r\n`,
    () => `${post}Transfer-Encoding: chunked\r\n\r\nxx\r\n`,
    () => `${post}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}`,
    () => `${post}Expect: a miracle\r\nContent-Length: 2\r\n\r\n{}`,
    () => `${post}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}`,
  ];
  const chosen = dice.between(0, texts.length + 1);
  if (chosen >= texts.length) return randomBytes(dice, dice.between(1, 3_000));
  return Buffer.from(texts[chosen]?.() ?? '', 'latin1');
}
