import { startReceiver } from '@sydx/server/test/kit/receivers.ts';
import type { Run, Verdict } from '../fuzzer.ts';
import { curlOf } from './curl.ts';
import { readDocument } from './document.ts';
import { createJudge, outcomeOf } from './judge.ts';
import { Product } from './product.ts';
import { type FuzzRequest, makeRequest } from './requests.ts';
import { type FuzzAnswer, Sender } from './send.ts';
import { setStage } from './stage.ts';
import { differences, fingerprint, tenantNumbers } from './stored.ts';

/** Requests at once: of each such group it is asked whether what was refused stored nothing. */
const GROUP = 10;
/** Keys, sessions and webhooks are used up by requests that are taken. */
const GROUPS_PER_STAGE = 40;
const GROWTH_BYTES = 192 * 1024 * 1024;

/**
 * Sends random requests to every route of the running product, by everybody who may call and by
 * nobody. No answer is a 5xx, none stays out, each error is a problem document of the registry, each
 * success fits its schema; what is refused stores nothing; memory stays flat; nothing is logged as an
 * error.
 */
export async function fuzzInput({ count, seed, tell }: Run): Promise<Verdict> {
  const outcomes = new Map<string, number>();
  const broken: string[] = [];
  const product = await Product.start();
  const receiver = await startReceiver();
  const origin = `http://127.0.0.1:${product.port}`;
  const sender = new Sender(product.port);
  const note = (outcome: string) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  try {
    const document = await readDocument(origin);
    const judge = createJudge(document);
    const general = product.database.general;
    const resident: number[] = [];
    const perStage = GROUP * GROUPS_PER_STAGE;
    for (let first = 0; first < count && product.isRunning; first += perStage) {
      const stage = await setStage(origin, `${receiver.origin}/`, first / perStage);
      const tenants = await tenantNumbers(general, stage);
      let before = await fingerprint(general, tenants);
      for (let from = first; from < Math.min(count, first + perStage); from += GROUP) {
        // In every other group nothing may be taken; then it shows that nothing was stored.
        const isHostile = (from / GROUP) % 2 === 1;
        const requests = Array.from({ length: Math.min(GROUP, count - from) }, (_, index) =>
          makeRequest(seed, from + index, document, stage, isHostile),
        );
        const answers = await Promise.all(requests.map((request) => sender.send(request)));
        for (const [index, request] of requests.entries()) {
          const answer = answers[index] ?? null;
          const wrong = judge(request, answer);
          note(outcomeOf(request, answer));
          if (wrong !== null)
            broken.push(`request ${request.number}: ${wrong}\n    ${curlOf(request, origin)}`);
        }
        const after = await fingerprint(general, tenants);
        const stored = differences(before, after);
        if (
          stored.length > 0 &&
          requests.every((request, index) => isRefused(request, answers[index]))
        ) {
          broken.push(
            `requests ${from} to ${from + GROUP - 1} were refused and changed ${stored.join(', ')}:` +
              requests
                .map(
                  (request, index) => `\n    ${answers[index]?.status} ${curlOf(request, origin)}`,
                )
                .join(''),
          );
        }
        before = after;
      }
      resident.push(product.residentBytes());
      if (first % (perStage * 25) === 0) {
        tell(`${first} of ${count}, ${(resident.at(-1) ?? 0) >> 20} MiB, ${broken.length} broken`);
      }
    }
    broken.push(...(await lastWords(product, origin, resident)));
    tell(
      `resident memory from ${mib(Math.min(...resident))} to ${mib(Math.max(...resident))}, at the end ${mib(resident.at(-1) ?? 0)}`,
    );
  } finally {
    sender.close();
    await product.stop();
    await receiver.close();
  }
  broken.push(...product.complaints.map((line) => `logged: ${line.slice(0, 1_000)}`));
  return { outcomes, broken };
}

async function lastWords(product: Product, origin: string, resident: number[]): Promise<string[]> {
  if (!product.isRunning) return ['the server ended'];
  const broken: string[] = [];
  for (const path of ['/healthz', '/readyz']) {
    const { status } = await fetch(origin + path);
    if (status !== 200) broken.push(`${path} answers ${status} at the end`);
  }
  // Warm after a third; then the middle of the last third may not lie far above that of the second.
  const third = Math.ceil(resident.length / 3);
  const growth = median(resident.slice(-third)) - median(resident.slice(third, 2 * third));
  if (growth > GROWTH_BYTES) broken.push(`resident memory grew by ${mib(growth)}`);
  return broken;
}

/** Whether this request cannot have changed anything: refused, or one that only reads. */
function isRefused(request: FuzzRequest, answer: FuzzAnswer | null | undefined): boolean {
  if (answer === null || answer === undefined) return false;
  return answer.status >= 400 || ['GET', 'HEAD', 'OPTIONS'].includes(request.method);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function mib(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}
