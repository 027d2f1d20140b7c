/**
 * The watch over every test: no secret stands in clear where somebody could read it later. What is
 * watched: each test database before it is dropped, the logs of nodes, and answers of the API. What is
 * found is named by its place, never repeated.
 */
import type pg from 'pg';

/** How secrets look that the product makes: of webhooks, API keys, portals. */
export const PATTERNS = ['whsec_[0-9a-f]{64}', 'sydx_[A-Za-z0-9_-]{43}', 'sydxp_[A-Za-z0-9_-]{43}'];
/** The first in a dump of bytes. */
const HEX_PATTERN = '77687365635f([0-9a-f]{2}){64}';
const IN_TEXT = new RegExp(PATTERNS.join('|'));
/** Shorter ones stand in text by chance. */
const SHORTEST = 12;
/** Of each table: a test that writes more writes more of the same. */
const MOST_ROWS = 20_000;

/** Secrets that have no shape of their own (passwords, sessions, what a source is signed with). */
const canaries = new Map<string, Set<string>>();

/** Watches out for a secret of one database. @param url of the database */
export function watchFor(url: string, secret: unknown): void {
  if (typeof secret !== 'string' || secret.length < SHORTEST) return;
  const known = canaries.get(url) ?? new Set<string>();
  canaries.set(url, known.add(secret));
}

/** @returns which of the secrets stand in a text, told without repeating them */
export function secretsInText(text: string, also: Iterable<string> = []): string[] {
  const found = IN_TEXT.exec(text) === null ? [] : ['a secret of the product'];
  for (const secret of also) {
    if (secret.length >= SHORTEST && text.includes(secret)) found.push('a secret of this test');
  }
  return found;
}

export function secretsOf(url: string): readonly string[] {
  return [...(canaries.get(url) ?? [])];
}

/** @returns the tables that hold a secret in clear, as a dump would */
export async function tablesWithSecrets(client: pg.Client, url: string): Promise<string[]> {
  const { rows: tables } = await client.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema$)'`,
  );
  if (tables.length === 0) return [];
  const each = tables.map(
    ({ name }) =>
      `select '${name.replaceAll("'", "''")}' as name from
         (select t::text as text from ${name} t limit ${MOST_ROWS}) s
       where text ~ $1 or exists (select from unnest($2::text[]) one where position(one in text) > 0)
       having count(*) > 0`,
  );
  const pattern = [...PATTERNS, HEX_PATTERN].join('|');
  const { rows } = await client.query<{ name: string }>(each.join('\nunion all\n'), [
    pattern,
    secretsOf(url),
  ]);
  return rows.map(({ name }) => name);
}

const SHOWN_ONCE: readonly [route: RegExp, fields: readonly string[]][] = [
  [/^POST \/v1\/webhooks$/, ['secret']],
  [/^POST \/v1\/webhooks\/\w+\/rotate-secret$/, ['secret']],
  [/^POST \/v1\/inboxes$/, ['webhook']],
  [/^POST \/v1\/api-keys$/, ['key']],
  [/^POST \/v1\/portal-sessions$/, ['token']],
];

/** @returns what an answer shows that it must not, null when it is fine */
export function secretInAnswer(route: string, text: string): string | null {
  if (!IN_TEXT.test(text)) return null;
  const once = SHOWN_ONCE.find(([pattern]) => pattern.test(route));
  if (once === undefined) return `${route} answers with a secret.`;
  const { [once[1][0] ?? '']: _shown, ...rest } = JSON.parse(text) as Record<string, unknown>;
  return IN_TEXT.test(JSON.stringify(rest)) ? `${route} answers with a second secret.` : null;
}

const SECRET_FIELDS = new Set([
  'password',
  'currentPassword',
  'newPassword',
  'appSecret',
  'verifyToken',
  'pageAccessToken',
  'secret',
  'key',
  'token',
]);

/** Watches out for every secret in the body of a request or an answer. */
export function watchBody(url: string, body: unknown): void {
  if (typeof body !== 'object' || body === null) return;
  for (const [name, value] of Object.entries(body)) {
    if (SECRET_FIELDS.has(name)) watchFor(url, value);
    else if (name === 'settings' || name === 'webhook') watchBody(url, value);
  }
}
