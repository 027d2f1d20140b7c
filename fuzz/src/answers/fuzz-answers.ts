import { monitorEventLoopDelay } from 'node:perf_hooks';
import { cidr } from '@sydx/server/src/base/settings-readers.ts';
import type { AttemptResult, Transport } from '@sydx/server/src/engine/ports.ts';
import { createTransport } from '@sydx/server/src/transport/transport.ts';
import { settledBytes } from '@sydx/server/test/kit/memory.ts';
import { type Receiver, startReceiver } from '@sydx/server/test/kit/receivers.ts';
import type { Run, Verdict } from '../fuzzer.ts';
import { type AnsweringServer, resolveCase, startAnsweringServer } from './answering-server.ts';
import { faceOf } from './cases.ts';
import { judge } from './judge.ts';

const DEADLINE_MS = 250;
/** Far beyond any deadline, on any machine: what has not ended by then never will. */
const NEVER_MS = 30_000;
const AT_ONCE = 100;
const GROWTH_BYTES = 48 * 1024 * 1024;

/**
 * Answers the transport's requests with random bytes, in place of receivers with and without TLS and
 * of an egress proxy. Every attempt must end, in a known code; no error may come out of band; memory
 * stays flat; a healthy receiver is served as ever.
 */
export async function fuzzAnswers(run: Run): Promise<Verdict> {
  const outcomes = new Map<string, number>();
  const broken: string[] = [];
  const onOutOfBand = (error: unknown) => broken.push(`out of band: ${String(error)}`);
  process.on('uncaughtException', onOutOfBand);
  process.on('unhandledRejection', onOutOfBand);
  const delays = monitorEventLoopDelay();
  delays.enable();
  const server = await startAnsweringServer(run.seed);
  const healthy = await startReceiver();
  const ways = { direct: makeTransport(null), proxied: makeTransport(server.port) };
  try {
    // The first part fills what is filled once: code, pools, sessions.
    const warm = Math.ceil(run.count / 5);
    const play = (number: number) => playCase(number, server, ways, outcomes, broken);
    await inParallel(0, warm, play);
    const before = await settledBytes();
    await inParallel(warm, run.count, async (number) => {
      await play(number);
      if (number % 10_000 === 0) run.tell(`${number} of ${run.count}`);
    });
    const growth = (await settledBytes()) - before;
    const delayMs = Math.round(delays.max / 1e6);
    run.tell(
      `memory ${growth >> 10} KiB, longest event-loop delay ${delayMs} ms (all in one process)`,
    );
    if (growth > GROWTH_BYTES) broken.push(`memory grew by ${growth >> 20} MiB`);
    if (!(await isServed(healthy, ways.direct))) broken.push('a healthy receiver is not served');
  } finally {
    delays.disable();
    await ways.direct.close();
    await ways.proxied.close();
    await server.close();
    await healthy.close();
    process.off('uncaughtException', onOutOfBand);
    process.off('unhandledRejection', onOutOfBand);
  }
  return { outcomes, broken };
}

async function playCase(
  number: number,
  server: AnsweringServer,
  ways: { direct: Transport; proxied: Transport },
  outcomes: Map<string, number>,
  broken: string[],
): Promise<void> {
  const face = faceOf(number);
  const transport = face === 'proxy' ? ways.proxied : ways.direct;
  const sending = transport.send({ url: server.urlOf(face, number), headers: {}, body: '{}' });
  const result = await orNever(sending);
  const wrong = result === null ? 'did not end' : judge(result);
  if (wrong !== null) broken.push(`case ${number} (${face}): ${wrong}`);
  const outcome = `${face}: ${result?.error ?? 'success'}`;
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
}

/** Null when it does not end. The timer goes with the case: thousands would keep every result alive. */
async function orNever(sending: Promise<AttemptResult>): Promise<AttemptResult | null> {
  let timer: NodeJS.Timeout | undefined;
  const never = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, NEVER_MS, null);
  });
  const result = await Promise.race([sending, never]);
  clearTimeout(timer);
  return result;
}

/** @param play called with every number from `from` to before `to` */
async function inParallel(
  from: number,
  to: number,
  play: (number: number) => Promise<void>,
): Promise<void> {
  let next = from;
  const worker = async () => {
    while (next < to) await play(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** The deadline is short for a loaded machine, so it is asked more than once. */
async function isServed(healthy: Receiver, transport: Transport): Promise<boolean> {
  for (let tries = 0; tries < 20; tries += 1) {
    const result: AttemptResult = await transport.send({
      url: healthy.origin,
      headers: {},
      body: '{}',
    });
    if (result.error === null) return true;
  }
  return false;
}

function makeTransport(proxyPort: number | null): Transport {
  const loopback = cidr('127.0.0.0/8');
  if (!('value' in loopback)) throw new Error(loopback.wrong);
  return createTransport({
    deadlineMs: DEADLINE_MS,
    bodyGraceMs: DEADLINE_MS / 2,
    responseBodyLimitBytes: 8_192,
    allowHttp: true,
    allowNetworks: [loopback.value],
    resolve: resolveCase,
    maxSocketsPerOrigin: AT_ONCE,
    maxIdleSockets: AT_ONCE,
    ...(proxyPort !== null && { egressProxyUrl: `http://127.0.0.1:${proxyPort}` }),
  });
}
