import type { LeadErrorCode } from '@sydx/contract';
import type { Pool } from 'pg';
import { int4Array, textArray } from './arrays.ts';
import type { SealedSecrets } from './sources.ts';
import type { Transaction } from './transaction.ts';

/** A lead as Meta announced it. Ids are Meta's: strings of digits. */
export interface AnnouncedLead {
  readonly leadgenId: string;
  readonly pageId: string | null;
  readonly formId: string | null;
  readonly adId: string | null;
  /** Unix milliseconds: when the person sent the form; null when Meta did not say. */
  readonly submittedMs: number | null;
}

/**
 * Keeps leads to be fetched. A repeat adds nothing, by the unique key (source_id, leadgen_id); rows are
 * taken in its order, so that two repeats at once wait for each other in turn.
 *
 * @returns how many are new
 */
export async function keepMetaLeads(
  pool: Pool,
  sourceId: string,
  leads: readonly { readonly tenantNo: number; readonly lead: AnnouncedLead }[],
): Promise<number> {
  if (leads.length === 0) return 0;
  const { rowCount } = await pool.query({
    name: 'keep-meta-leads',
    text: `insert into sydx.meta_leads (source_id, tenant_no, leadgen_id, page_id, form_id, ad_id, submitted_at)
      select s.id, l.tenant_no, l.leadgen_id, l.page_id, l.form_id, l.ad_id,
        to_timestamp(l.submitted_ms::float8 / 1000)
      from sydx.sources s cross join unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::text[],
        $7::text[]) as l(tenant_no, leadgen_id, page_id, form_id, ad_id, submitted_ms)
      where s.id = $1
      order by l.leadgen_id
      on conflict (source_id, leadgen_id) do nothing`,
    values: [
      sourceId,
      int4Array(leads.map(({ tenantNo }) => tenantNo)),
      textArray(leads.map(({ lead }) => lead.leadgenId)),
      textArray(leads.map(({ lead }) => lead.pageId)),
      textArray(leads.map(({ lead }) => lead.formId)),
      textArray(leads.map(({ lead }) => lead.adId)),
      textArray(leads.map(({ lead }) => lead.submittedMs?.toString() ?? null)),
    ],
  });
  return rowCount ?? 0;
}

/** A lead that this node has for itself until the lease ends. */
export interface ClaimedLead extends AnnouncedLead {
  /** Decimal. */
  readonly id: string;
  /** UUID: outcomes are written under it. */
  readonly claim: string;
  /** This attempt included. */
  readonly attemptCount: number;
  readonly tenant: { readonly no: number; readonly id: string };
  readonly source: {
    /** Decimal. */
    readonly id: string;
    /** What the source's settings were of: a pause holds for these alone. */
    readonly version: string;
    readonly secrets: SealedSecrets;
  };
}

/**
 * Leads that are due, of sources that may fetch now, one of each source before a second of any: by
 * meta_leads_due, one probe a source, so a source with 100,000 waiting is no dearer than another.
 * Chance decides between sources where there is not room for all.
 */
const CLAIM = `
with source as (
  select s.id, s.updated_at, s.secrets_key_id, s.secrets_sealed
  from sydx.sources s left join sydx.meta_lead_fetching f on f.source_id = s.id
  where s.kind = 'meta-leads' and s.id <> all($5::bigint[]) and (f.source_id is null or (
    f.paused_for is distinct from s.updated_at
    and coalesce(f.resume_at <= clock_timestamp(), true)))
), due as (
  select d.id, row_number() over (partition by source.id order by d.next_at) as n
  from source cross join lateral (
    select m.id, m.next_at from sydx.meta_leads m join sydx.tenants t on t.no = m.tenant_no
    where m.source_id = source.id and m.state = 'waiting' and m.next_at <= clock_timestamp()
      and t.plan = $4
    order by m.next_at limit $2 for update of m skip locked
  ) d
), chosen as (
  select id from due order by n, random() limit $1
)
update sydx.meta_leads m
set claim = gen_random_uuid(), attempt_count = attempt_count + 1,
  next_at = clock_timestamp() + $3 * interval '1 second'
from chosen, source, sydx.tenants t
where m.id = chosen.id and source.id = m.source_id and t.no = m.tenant_no
returning m.id, m.claim, m.attempt_count, m.leadgen_id, m.page_id, m.form_id, m.ad_id,
  m.submitted_at, m.source_id, source.updated_at::text as version, source.secrets_key_id,
  source.secrets_sealed, t.no, t.id as tenant_id`;

interface ClaimedRow {
  id: string;
  claim: string;
  attempt_count: number;
  leadgen_id: string;
  page_id: string | null;
  form_id: string | null;
  ad_id: string | null;
  submitted_at: Date | null;
  source_id: string;
  version: string;
  secrets_key_id: string;
  secrets_sealed: Buffer;
  no: number;
  tenant_id: string;
}

/**
 * @param limits how many at all, and of each source
 * @param plan of tenants that may publish; leads of others wait
 * @param busy sources, decimal, that get none this time
 */
export async function claimMetaLeads(
  pool: Pool,
  limits: { readonly count: number; readonly perSource: number; readonly leaseSeconds: number },
  plan: string,
  busy: readonly string[],
): Promise<ClaimedLead[]> {
  const { rows } = await pool.query<ClaimedRow>({
    name: 'claim-meta-leads',
    text: CLAIM,
    values: [limits.count, limits.perSource, limits.leaseSeconds, plan, busy],
  });
  return rows.map((row) => ({
    id: row.id,
    claim: row.claim,
    attemptCount: row.attempt_count,
    leadgenId: row.leadgen_id,
    pageId: row.page_id,
    formId: row.form_id,
    adId: row.ad_id,
    submittedMs: row.submitted_at?.getTime() ?? null,
    tenant: { no: row.no, id: row.tenant_id },
    source: {
      id: row.source_id,
      version: row.version,
      secrets: { keyId: row.secrets_key_id, sealed: row.secrets_sealed },
    },
  }));
}

type Claim = Pick<ClaimedLead, 'id' | 'claim'>;

/** Why a fetch came to nothing. */
export interface LeadTrouble {
  readonly code: LeadErrorCode;
  /** A sentence, without secrets and control characters. */
  readonly detail: string;
}

/** Closes a lead in the transaction that publishes it. @returns false when it is not ours any more */
export async function closeMetaLead(transaction: Transaction, lead: Claim): Promise<boolean> {
  const { rowCount } = await transaction.query({
    name: 'close-meta-lead',
    text: `update sydx.meta_leads set state = 'published', claim = null, code = null, detail = null,
        finished_at = clock_timestamp()
      where id = $1 and claim = $2 and state = 'waiting'`,
    values: [lead.id, lead.claim],
  });
  return rowCount === 1;
}

/** Lets a lead wait. @param isCounted false: the attempt was none of the lead's own */
export async function putOffMetaLead(
  pool: Pool,
  lead: Claim,
  trouble: LeadTrouble,
  waitSeconds: number,
  isCounted: boolean,
): Promise<void> {
  await pool.query(
    `update sydx.meta_leads set claim = null, code = $3, detail = $4,
      next_at = clock_timestamp() + $5 * interval '1 second',
      attempt_count = attempt_count - case when $6 then 0 else 1 end
    where id = $1 and claim = $2 and state = 'waiting'`,
    [lead.id, lead.claim, trouble.code, trouble.detail, waitSeconds, isCounted],
  );
}

/** Gives a lead up until somebody asks for it again. */
export async function failMetaLead(pool: Pool, lead: Claim, trouble: LeadTrouble): Promise<void> {
  await pool.query(
    `update sydx.meta_leads set state = 'failed', claim = null, code = $3, detail = $4,
      finished_at = clock_timestamp()
    where id = $1 and claim = $2 and state = 'waiting'`,
    [lead.id, lead.claim, trouble.code, trouble.detail],
  );
}

/** Hands back what this node claimed and will not finish. */
export async function handBackMetaLeads(pool: Pool, claims: readonly string[]): Promise<void> {
  await pool.query(
    `update sydx.meta_leads set claim = null, next_at = clock_timestamp(),
      attempt_count = attempt_count - 1
    where claim = any($1::uuid[]) and state = 'waiting'`,
    [claims],
  );
}

/**
 * Meta keeps a lead for 90 days: after that none can be fetched. Rows go a little later, when no repeat
 * of the notification can come any more.
 */
export async function ageMetaLeads(
  pool: Pool,
  { expireDays, keepDays }: { readonly expireDays: number; readonly keepDays: number },
  expired: LeadTrouble,
): Promise<{ expired: number; forgotten: number }> {
  const ended = await pool.query(
    `update sydx.meta_leads set state = 'failed', claim = null, code = $2, detail = $3,
      finished_at = clock_timestamp()
    where state = 'waiting' and received_at < clock_timestamp() - make_interval(days => $1)`,
    [expireDays, expired.code, expired.detail],
  );
  const gone = await pool.query(
    `delete from sydx.meta_leads
    where id < sydx.id_at(clock_timestamp() - make_interval(days => $1)) and state <> 'waiting'`,
    [keepDays],
  );
  return { expired: ended.rowCount ?? 0, forgotten: gone.rowCount ?? 0 };
}
