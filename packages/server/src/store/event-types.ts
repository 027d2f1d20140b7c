import { isSubscribable } from '@sydx/contract';
import type { Pool } from 'pg';
import type { Transaction } from './transaction.ts';

/** An event type that a tenant or the operator registered. */
export interface EventTypeRow {
  id: string;
  /** Null: the operator's. */
  tenant_no: number | null;
  type: string;
  description: string;
  schema: Record<string, unknown>;
  sample: Record<string, unknown>;
  created_at: Date;
  updated_at: Date;
}

export const EVENT_TYPE_COLUMNS =
  'id, tenant_no, type, description, schema, sample, created_at, updated_at';

/**
 * What a tenant can publish and subscribe to beside the catalogue: its own, and the operator's unless
 * one of its own has the name. Oldest first; by the index (tenant_no, type), since each has few.
 *
 * @param tenantNo null: the operator's alone
 * @param afterId the last id of the page before
 */
export async function listEventTypes(
  pool: Pool,
  tenantNo: number | null,
  limit: number,
  afterId: string,
): Promise<EventTypeRow[]> {
  const { rows } = await pool.query<EventTypeRow>(
    `select ${EVENT_TYPE_COLUMNS} from sydx.event_types t
    where (tenant_no = $1 or tenant_no is null and not exists (
        select from sydx.event_types own where own.tenant_no = $1 and own.type = t.type))
      and id > $2
    order by id limit $3`,
    [tenantNo, afterId, limit],
  );
  return rows;
}

/** @param tenantNo null: among the operator's alone @returns null when this tenant knows none */
export async function findEventType(
  pool: Pool | Transaction,
  tenantNo: number | null,
  type: string,
): Promise<EventTypeRow | null> {
  const { rows } = await pool.query<EventTypeRow>(
    `select ${EVENT_TYPE_COLUMNS} from sydx.event_types
    where (tenant_no = $1 or tenant_no is null) and type = $2 order by tenant_no nulls last limit 1`,
    [tenantNo, type],
  );
  return rows[0] ?? null;
}

/** An event type as events of it are judged. */
export interface WantedSchema {
  readonly tenantNo: number;
  readonly type: string;
  /** What is known of it already: `mark` of an earlier answer. */
  readonly mark: string | null;
}

export interface FoundSchema {
  readonly tenantNo: number;
  readonly type: string;
  /** Changes whenever the schema may have. */
  readonly mark: string;
  /** Null when it is the one of the mark that was given. */
  readonly schema: unknown;
}

/** Two probes of an index for each; a schema that is known already is not sent again. */
export async function findSchemas(
  pool: Pool | Transaction,
  wanted: readonly WantedSchema[],
): Promise<FoundSchema[]> {
  const { rows } = await pool.query<FoundSchema>({
    name: 'find-schemas',
    text: `select w.tenant_no as "tenantNo", w.type, found.mark,
        case when found.mark is distinct from w.mark then found.schema end as schema
      from unnest($1::int[], $2::text[], $3::text[]) as w(tenant_no, type, mark)
      cross join lateral (
        select id || ':' || version as mark, schema from (
          (select id, version, schema from sydx.event_types t
            where t.tenant_no = w.tenant_no and t.type = w.type)
          union all
          (select id, version, schema from sydx.event_types t
            where t.tenant_no is null and t.type = w.type)
        ) as own_first limit 1
      ) as found`,
    values: [
      wanted.map(({ tenantNo }) => tenantNo),
      wanted.map(({ type }) => type),
      wanted.map(({ mark }) => mark),
    ],
  });
  return rows;
}

/** A webhook was to subscribe to what its tenant does not know. */
export class UnknownEventTypes extends Error {
  override readonly name = 'UnknownEventTypes';
  readonly types: readonly string[];

  constructor(types: readonly string[]) {
    super(`There is no event type ${types.join(', ')}.`);
    this.types = types;
  }
}

/**
 * Keeps registered types from being deleted until the transaction ends, so that a webhook never
 * subscribes to what is not there.
 *
 * @param events those of the catalogue cost nothing
 * @throws UnknownEventTypes
 */
export async function holdEventTypes(
  client: Transaction,
  tenantNo: number,
  events: readonly string[] = [],
): Promise<void> {
  const types = events.filter((type) => !isSubscribable(type));
  if (types.length === 0) return;
  const { rows } = await client.query<{ type: string }>(
    `select type from sydx.event_types
    where (tenant_no = $1 or tenant_no is null) and type = any($2::text[]) for key share`,
    [tenantNo, types],
  );
  const known = new Set(rows.map(({ type }) => type));
  const unknown = types.filter((type) => !known.has(type));
  if (unknown.length > 0) throw new UnknownEventTypes(unknown);
}
