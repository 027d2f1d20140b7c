-- Who changed what, and when. A row is written in the transaction of the change that it tells of, so
-- neither exists without the other. Names are kept as they were: what they name may be gone by now.
-- Rows end by age (AUDIT_RETENTION_DAYS), a bounded number at a time, by the primary key: ids carry
-- their time. tenant_no is null for what the operator does to no tenant.
create table sydx.audit_log (
  id bigint primary key default sydx.new_id(),
  tenant_no int references sydx.tenants,
  action text not null,
  actor_kind text not null,
  -- Readable ids, as people and the API know them.
  actor_id text,
  actor_name text,
  address text,
  object_kind text not null,
  object_id text,
  object_name text,
  -- [{field, before, after}]; no secrets, URLs masked.
  changes jsonb not null default '[]'
);
create index audit_log_by_tenant on sydx.audit_log (tenant_no, id);
create index audit_log_by_object on sydx.audit_log (object_id, id) where object_id is not null;
create index audit_log_by_actor on sydx.audit_log (actor_id, id) where actor_id is not null;

-- Which portal link a portal's session came from, so that what is done there leads back to it.
alter table sydx.sessions add column link_id bigint;

-- When a key was last used, to the minute or so.
alter table sydx.api_keys add column last_used_at timestamptz;
