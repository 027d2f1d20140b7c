import { textArray } from './arrays.ts';
import type { Transaction } from './transaction.ts';

/** Names of contacts by identifier: a WhatsApp id, or a user id where the number is hidden. */
export type ContactNames = ReadonlyMap<string, string | null>;

/** By the primary key, in its order: who locks several waits for others, and never in a circle. */
const LOCK = `
select identifier, name from sydx.contacts
where tenant_no = $1 and identifier = any($2::text[])
order by identifier for no key update`;

const CLAIM = `
insert into sydx.contacts (tenant_no, identifier)
select $1, identifier from unnest($2::text[]) as given(identifier) order by identifier
on conflict do nothing returning identifier`;

/**
 * Reads contacts and holds them, the unseen among `newcomers` as well, until the transaction ends:
 * of two transactions that meet the same person, the second finds what the first made of it. Unseen
 * newcomers get a row without a name; the caller must remember or forget each of them.
 *
 * @param identifiers all that are asked for
 * @param newcomers those among them that may become contacts
 * @returns the contacts that were there before
 */
export async function holdContacts(
  transaction: Transaction,
  tenantNo: number,
  identifiers: readonly string[],
  newcomers: readonly string[],
): Promise<ContactNames> {
  const known = await lock(transaction, tenantNo, identifiers);
  const unseen = newcomers.filter((identifier) => !known.has(identifier));
  if (unseen.length === 0) return known;
  const { rows } = await transaction.query<{ identifier: string }>({
    name: 'claim-contacts',
    text: CLAIM,
    values: [tenantNo, textArray([...new Set(unseen)])],
  });
  const claimed = new Set(rows.map(({ identifier }) => identifier));
  // Whoever is not ours now was met by another transaction between the two statements.
  const metMeanwhile = unseen.filter((identifier) => !claimed.has(identifier));
  if (metMeanwhile.length === 0) return known;
  return new Map([...known, ...(await lock(transaction, tenantNo, metMeanwhile))]);
}

async function lock(
  transaction: Transaction,
  tenantNo: number,
  identifiers: readonly string[],
): Promise<Map<string, string | null>> {
  if (identifiers.length === 0) return new Map();
  const { rows } = await transaction.query<{ identifier: string; name: string | null }>({
    name: 'lock-contacts',
    text: LOCK,
    values: [tenantNo, textArray(identifiers)],
  });
  return new Map(rows.map(({ identifier, name }) => [identifier, name]));
}

/** Writes what became of contacts, in one statement. @param forgotten none of `remembered` */
export async function keepContacts(
  transaction: Transaction,
  tenantNo: number,
  remembered: ContactNames,
  forgotten: Iterable<string>,
): Promise<void> {
  const gone = [...forgotten];
  if (remembered.size === 0 && gone.length === 0) return;
  await transaction.query({
    name: 'keep-contacts',
    text: `with forgotten as (
        delete from sydx.contacts where tenant_no = $1 and identifier = any($4::text[])
      )
      insert into sydx.contacts (tenant_no, identifier, name)
      select $1, identifier, name from unnest($2::text[], $3::text[]) as given(identifier, name)
      order by identifier
      on conflict (tenant_no, identifier) do update set name = excluded.name
        where contacts.name is distinct from excluded.name`,
    values: [
      tenantNo,
      textArray([...remembered.keys()]),
      textArray([...remembered.values()]),
      textArray(gone),
    ],
  });
}
