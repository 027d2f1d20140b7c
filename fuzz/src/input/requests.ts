import { type Dice, throwDice } from '@sydx/server/test/kit/dice.ts';
import { chance, pick, randomBytes } from '../answers/picks.ts';
import type { Document, Operation } from './document.ts';
import { type Bytes, json, ruin, spoil, write } from './hostile-json.ts';
import { formBody } from './form-body.ts';
import { malformed } from './malformed.ts';
import { type Caller, CALLERS, NOUNS, type Stage } from './stage.ts';
import { valueOf } from './values.ts';

export interface FuzzRequest {
  readonly number: number;
  /** Undefined for what is no HTTP. */
  readonly operation: Operation | undefined;
  readonly caller: Caller;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer | null;
  /** Written to the socket as it stands, in place of all else. */
  readonly raw?: Buffer;
}

type Header = readonly [string, string];

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];

const ODD_HEADERS: readonly Header[] = [
  ['authorization', 'Bearer'],
  ['authorization', 'Bearer  '],
  ['authorization', 'bearer x x'],
  ['authorization', 'Basic YWRtaW46YWRtaW4='],
  ['authorization', `Bearer ${'x'.repeat(8_000)}`],
  ['authorization', 'Bearer sydx_%00\u00ff'],
  ['authorization', 'Bearer null'],
  ['sydx-tenant', ''],
  ['sydx-tenant', '__proto__'],
  ['sydx-tenant', '../first'],
  ['sydx-tenant', 'x'.repeat(300)],
  ['sydx-tenant', 'foreign-0'],
  ['cookie', 'sydx_session='],
  ['cookie', `sydx_session=${'%'.repeat(500)}`],
  ['cookie', '=; ;;; sydx_session; __proto__=1'],
  ['range', 'bytes=0-1,5-,-0'],
  ['accept', 'text/html;q=abc, */*;q=-1'],
  ['accept-encoding', 'gzip, br;q=0, identity;q=0'],
  ['content-encoding', 'gzip'],
  ['content-encoding', 'identity, x'],
  ['expect', '100-continue'],
  ['expect', 'miracles'],
  ['origin', 'null'],
  ['origin', 'https://evil.example'],
  ['sec-fetch-site', 'cross-site'],
  ['host', ''],
  ['host', 'evil.example:99999'],
  ['x-forwarded-for', '1.2.3.4, unknown, ::1%eth0'],
  ['x-forwarded-host', 'evil.example'],
  ['x-http-method-override', 'DELETE'],
  ['if-none-match', '"x'],
  ['if-modified-since', 'yesterday'],
  ['upgrade', 'h2c'],
  ['user-agent', 'SydxAI-Webhook/1.0'],
  ['x-sydx-delivery', 'dlv_0'],
  ['content-length', '0'],
];

const ODD_IDS: readonly string[] = [
  '',
  '%00',
  '%2e%2e%2f%2e%2e',
  '..%2f',
  '%ff%fe',
  '%zz',
  '%',
  '__proto__',
  'constructor',
  'whk_0000000000000',
  'whk_zzzzzzzzzzzzz',
  'whk_7zzzzzzzzzzzz',
  'evt_-1',
  '9223372036854775808',
  "'%20or%201=1--",
  'x'.repeat(199),
  'x'.repeat(201),
  'x'.repeat(7_000),
  '%F0%9F%98%80',
  ';a=1',
  'null',
  '*',
];

const ODD_VALUES: readonly string[] = [
  '',
  '%00',
  '%ff',
  '-1',
  '0',
  '101',
  '1e3',
  '0x10',
  '99999999999999999999',
  '1.5',
  'NaN',
  '%20 1',
  '%F0%9F',
  '__proto__',
  'x'.repeat(501),
  'x'.repeat(4_000),
  'true',
  '2026-02-30T00:00:00Z',
  '9999-12-31T23:59:59-23:59',
  '0000-01-01T00:00:00Z',
  '2026-03-25T08:22:50+05:30',
  'test.ping',
  '[object%20Object]',
];

/**
 * The same seed and number give the same request, but for the ids of the stage.
 *
 * @param isHostile nothing that may be taken: it has to be refused, whatever the route
 */
export function makeRequest(
  seed: number,
  number: number,
  document: Document,
  stage: Stage,
  isHostile: boolean,
): FuzzRequest {
  const dice = throwDice(Math.imul(seed + 1, 1_000_003) + number);
  if (chance(dice, 8)) {
    const raw = malformed(dice, stage);
    return {
      number,
      operation: undefined,
      caller: 'nobody',
      method: '',
      target: '',
      headers: [],
      body: null,
      raw,
    };
  }
  const operation = operationOf(dice, document);
  const caller = callerOf(dice, operation);
  const target = targetOf(dice, operation, document, stage);
  const { body, headers } = bodyOf(dice, operation, document, stage, isHostile);
  const odd = chance(dice, 25) ? [pick(dice, ODD_HEADERS)] : [];
  const method = chance(dice, 4) ? pick(dice, METHODS) : operation.method;
  return {
    number,
    operation: method === operation.method ? operation : undefined,
    caller,
    method,
    target,
    headers: merge(stage.callers[caller], headers, odd),
    body: method === 'GET' || method === 'HEAD' ? null : body,
  };
}

/** Twice as often one that takes a body. */
function operationOf(dice: Dice, { operations }: Document): Operation {
  const first = pick(dice, operations);
  return first.body === undefined ? pick(dice, operations) : first;
}

/** Mostly somebody who may, since whoever may not gets no further than the guard. */
function callerOf(dice: Dice, { schemes, scopes }: Operation): Caller {
  if (chance(dice, 25)) return pick(dice, CALLERS);
  if (schemes.length === 0) return 'nobody';
  if (scopes.includes('operator')) return 'operator';
  if (!schemes.includes('apiKey')) return pick(dice, ['admin', 'agent', 'portal']);
  return pick(dice, ['admin key', 'admin key', 'operator in the tenant', 'admin', 'portal']);
}

function targetOf(dice: Dice, operation: Operation, document: Document, stage: Stage): string {
  const path = operation.path.replaceAll(/\{\w+\}/g, () => idOf(dice, operation.path, stage));
  const given: string[] = [];
  for (const { name, schema } of operation.query) {
    if (!chance(dice, 35)) continue;
    const value = valueOf(dice, schema, document, stage, name);
    given.push(
      `${name}=${chance(dice, 60) ? encodeURIComponent(String(value)) : oddValue(dice, stage)}`,
    );
  }
  if (chance(dice, 10)) given.push(...oddQuery(dice, given));
  return given.length === 0 ? path : `${path}?${given.join('&')}`;
}

function idOf(dice: Dice, path: string, stage: Stage): string {
  const noun = NOUNS[path.split('/').find((part) => part in NOUNS) as keyof typeof NOUNS];
  const side = chance(dice, 80) ? stage.own : stage.foreign;
  if (path.startsWith('/hooks/') && chance(dice, 40)) return side.form;
  if (chance(dice, 65)) return side.ids[noun] ?? pick(dice, ODD_IDS);
  if (chance(dice, 40)) return pick(dice, Object.values(side.ids));
  const id = side.ids[noun] ?? '';
  return chance(dice, 40) ? scratch(dice, id) : pick(dice, ODD_IDS);
}

function oddValue(dice: Dice, stage: Stage): string {
  return chance(dice, 30) ? scratch(dice, stage.cursor) : pick(dice, ODD_VALUES);
}

function oddQuery(dice: Dice, given: readonly string[]): string[] {
  const [first = 'limit=1'] = given;
  return pick(dice, [
    [first],
    ['limit[]=1', 'limit[a]=2'],
    ['__proto__=1', 'constructor=2'],
    ['=', '&&', '%'],
    Array.from({ length: 300 }, (_, index) => `p${index}=1`),
    ['tenantId=foreign-0'],
  ]);
}

/** Another character somewhere. */
function scratch(dice: Dice, text: string): string {
  const at = dice.between(0, Math.max(0, text.length - 1));
  const other = pick(dice, ['0', 'z', 'Z', '-', '_', '%20', '.', '']);
  return text.slice(0, at) + other + text.slice(at + 1);
}

function bodyOf(
  dice: Dice,
  operation: Operation,
  document: Document,
  stage: Stage,
  isHostile: boolean,
): { body: Buffer | null; headers: readonly Header[] } {
  if (operation.path.startsWith('/hooks/')) {
    return chance(dice, 50) ? formBody(dice, isHostile) : hookBody(dice, stage, isHostile);
  }
  if (operation.method === 'GET') return { body: null, headers: [] };
  if (operation.body === undefined && chance(dice, 70) && !isHostile) {
    return { body: null, headers: [] };
  }
  const value = valueOf(dice, operation.body ?? {}, document, stage);
  if (chance(dice, 1)) return huge(dice);
  if (isHostile || chance(dice, 15)) return ruin(dice, write(value));
  return json(Buffer.from(chance(dice, 40) ? write(value) : spoil(dice, value)));
}

/** Past the limits of a request. */
function huge(dice: Dice): Bytes {
  const size = pick(dice, [33_000, 4_300_000, 8_400_000]);
  return json(Buffer.from(`{"name":"${'x'.repeat(size)}"}`));
}

function hookBody(dice: Dice, stage: Stage, isHostile: boolean): Bytes {
  const message = {
    from: '919876543210',
    id: `wamid.${dice.between(0, 99)}`,
    timestamp: '1774426970',
    type: 'text',
    text: { body: 'Hi' },
  };
  const value = {
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '1',
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: { phone_number_id: '123456' },
              contacts: [{ profile: { name: 'x' }, wa_id: '919876543210' }],
              messages: [message],
            },
          },
        ],
      },
    ],
  };
  const { body } = chance(dice, 20)
    ? ruin(dice, write(value))
    : json(Buffer.from(chance(dice, 30) ? write(value) : spoil(dice, value)));
  const isSigned = !isHostile && !chance(dice, 25);
  const signature = isSigned
    ? stage.sign(body)
    : pick(dice, [
        '',
        'sha256=',
        'sha1=00',
        `sha256=${'0'.repeat(64)}`,
        `sha256=${randomBytes(dice, 40).toString('base64')}`,
      ]);
  return { body, headers: [['x-hub-signature-256', signature]] };
}

/** The last one of a name is what is sent. */
function merge(...groups: readonly (readonly Header[])[]): Header[] {
  return [...new Map(groups.flat().map(([name, value]) => [name, value]))];
}
