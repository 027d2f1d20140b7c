-- Leads that Meta announced to a source and whose answers are fetched from its Graph API. What the person
-- answered is never in here: it goes into the event.
create table sydx.meta_leads (
  id bigint primary key default sydx.new_id(),
  source_id bigint not null references sydx.sources on delete cascade,
  tenant_no int not null references sydx.tenants,
  -- Meta's ids are text: they are longer than a double is exact, and may outgrow a bigint.
  leadgen_id text not null,
  page_id text,
  form_id text,
  ad_id text,
  -- When the person sent the form, as the notification says.
  submitted_at timestamptz,
  received_at timestamptz not null default clock_timestamp(),
  state text not null default 'waiting' check (state in ('waiting', 'published', 'failed')),
  attempt_count int not null default 0,
  -- Due from here on. While a node is at it: until when that node has it for itself.
  next_at timestamptz not null default clock_timestamp(),
  -- Which fetch has it. Every outcome is written under it, so one that comes too late changes nothing.
  claim uuid,
  code text,
  detail text,
  finished_at timestamptz,
  -- Meta repeats its notifications.
  unique (source_id, leadgen_id)
);
create index meta_leads_due on sydx.meta_leads (source_id, next_at) where state = 'waiting';
create index meta_leads_by_source on sydx.meta_leads (source_id, id);
create index meta_leads_by_state on sydx.meta_leads (source_id, state, id);
create index meta_leads_waiting on sydx.meta_leads (received_at) where state = 'waiting';

-- Sources whose fetching has trouble; none is the common case.
create table sydx.meta_lead_fetching (
  source_id bigint primary key references sydx.sources on delete cascade,
  -- Paused for as long as the source's updated_at is this: until somebody changes the source.
  paused_for timestamptz,
  failure_count int not null default 0,
  resume_at timestamptz,
  code text not null,
  detail text not null,
  since timestamptz not null default clock_timestamp()
);
