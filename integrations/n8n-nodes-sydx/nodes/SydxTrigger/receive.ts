import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { subscribableTypes } from './event-types.ts';
import { findOut } from './rotation.ts';
import { isSigned, judge, type Verdict } from './signature.ts';
import { keep, keptSubscription } from './subscription.ts';

/** What n8n's server makes of a request before a node sees it. */
interface RawRequest {
  readonly headers: Record<string, string | string[] | undefined>;
  rawBody?: Buffer;
  readonly readRawBody?: () => Promise<void>;
}

/** What a delivery carries, as the product document says. */
interface Delivery {
  readonly event: string;
  readonly timestamp: string;
  readonly tenantId: string;
  readonly data: IDataObject;
}

/** What is answered instead of starting the workflow. */
interface Refusal {
  readonly status: 401 | 503;
  readonly message: string;
}

/** One request to the node's webhook URL: verified, or refused. Never throws what a sender caused. */
export async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
  const request = context.getRequestObject() as unknown as RawRequest;
  if (request.rawBody === undefined) await request.readRawBody?.();
  const body = request.rawBody ?? Buffer.alloc(0);
  const refusal = await refusalOf(context, body, request.headers);
  if (refusal !== null) {
    // By hand: n8n would answer 500 to what a node throws, and write down nothing that it keeps.
    context.getResponseObject().status(refusal.status).json({ message: refusal.message });
    return { noWebhookResponse: true };
  }
  const delivery = JSON.parse(body.toString('utf8')) as Delivery;
  const about = {
    eventId: request.headers['webhook-id'],
    deliveryId: request.headers['x-sydx-delivery'],
    attempt: Number(request.headers['x-sydx-attempt']),
  };
  const items = await itemsOf(context, delivery);
  if (items.length === 0) return { webhookResponse: { received: true } };
  return { workflowData: [items.map((item) => ({ json: { ...item, ...about } as IDataObject }))] };
}

async function refusalOf(
  context: IWebhookFunctions,
  body: Buffer,
  headers: RawRequest['headers'],
): Promise<Refusal | null> {
  if (!isSigned(headers)) return REFUSALS.unsigned;
  const kept = keptSubscription(context);
  // The first event may be faster than n8n writes down what create gave us.
  if (kept === null) return later('The node has no secret yet.');
  const verdict = judge(body, headers, kept.secret, Date.now());
  if (verdict === 'genuine') return null;
  if (verdict !== 'forged') return REFUSALS[verdict];
  try {
    const finding = await findOut(context, kept);
    if (finding.kind !== 'rotated') return REFUSALS.forged;
    keep(context, { ...kept, secret: finding.secret });
    if (judge(body, headers, finding.secret, Date.now()) === 'genuine') return null;
    return later('The secret was rotated; the node has the new one now.');
  } catch (error) {
    const { message } = error as Error;
    context.logger.warn(`Sydx AI could not be asked whether the secret was rotated: ${message}`);
    return later('The signature does not hold, and Sydx AI could not be asked why.');
  }
}

const REFUSALS: Readonly<Record<Exclude<Verdict, 'genuine'>, Refusal>> = {
  unsigned: { status: 401, message: 'The request is not signed.' },
  forged: { status: 401, message: 'The signature does not hold.' },
  stale: {
    status: 401,
    message: 'Signed more than 5 minutes from now: a replay, or a wrong clock.',
  },
};

/** Sydx AI sends it again five seconds later, newly signed. */
function later(reason: string): Refusal {
  return { status: 503, message: `${reason} Send it again.` };
}

/** What the workflow gets. Nothing: it does not start. */
async function itemsOf(context: IWebhookFunctions, delivery: Delivery): Promise<Delivery[]> {
  if (delivery.event !== 'test.ping') return [delivery];
  if (context.getMode() === 'manual') return samplesOf(context, delivery);
  return context.getNodeParameter('options.runOnTest', true) === true ? [delivery] : [];
}

/** In the editor a test becomes a sample of each chosen event, so that real fields can be mapped. */
async function samplesOf(context: IWebhookFunctions, ping: Delivery): Promise<Delivery[]> {
  const events = context.getNodeParameter('events', []) as string[];
  try {
    const types = (await subscribableTypes(context)).filter(({ type }) => events.includes(type));
    return types.map(({ type, sample }) => ({ ...ping, event: type, data: sample }));
  } catch (error) {
    context.logger.warn(`Samples could not be fetched from Sydx AI: ${(error as Error).message}`);
    return [ping];
  }
}
