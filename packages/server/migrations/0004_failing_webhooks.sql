-- Webhooks that keep failing: the last three of their deliveries that ended all failed. A table of its
-- own, since a change of `webhooks` would be a change of settings, which every node reads again.
create table sydx.failing_webhooks (
  webhook_id bigint primary key references sydx.webhooks,
  -- When the first of the deliveries that failed in a row ended.
  since timestamptz not null
);

-- When somebody last looked for them: one node at a time, and all that ended since is looked at, also
-- after a time in which no node ran.
create table sydx.failing_watch (
  singleton boolean primary key default true check (singleton),
  looked_at timestamptz not null default clock_timestamp()
);
insert into sydx.failing_watch default values;

-- Whose deliveries failed lately. It grows with failures alone.
create index deliveries_failed_by_end on sydx.deliveries (finished_at, webhook_id) where status = 2;
