-- The spine. Everything lives in the schema `sydx` and is written qualified, so that no search_path
-- is needed and a transaction pooler may sit in front.
--
-- A delivery is in exactly one of three places:
--   queue       free, waiting until `due`
--   inflight    leased to a live node, one row of arrays per statement that leased them
--   deliveries  the log: final, never changed again
-- docs/adr/0004 tells why. The view `pending_deliveries` is the one definition of what is not final.

create sequence sydx.id_seq as bigint cycle;

-- Milliseconds since 2024-01-01 UTC by this server's clock, shifted left by 22 bits, and a sequence in
-- the low 22. Ids sort by time, partitions are ranges of them, and no node's clock has a say.
create function sydx.new_id() returns bigint language sql volatile as $$
  select ((((extract(epoch from clock_timestamp()) * 1000)::bigint - 1704067200000) << 22)
    | (nextval('sydx.id_seq') & 4194303))
$$;

-- The smallest id of a moment: bounds of time filters and of partitions.
create function sydx.id_at(moment timestamptz) returns bigint language sql immutable as $$
  select (greatest((extract(epoch from moment) * 1000)::bigint - 1704067200000, 0) << 22)
$$;

create function sydx.id_time(id bigint) returns timestamptz language sql immutable as $$
  select to_timestamp(((id >> 22) + 1704067200000) / 1000.0)
$$;

-- People and tenants -------------------------------------------------------------------------------

create table sydx.tenants (
  no int generated always as identity primary key,
  id text not null unique check (id ~ '^[A-Za-z0-9_-]{1,64}$'),
  name text not null,
  plan text not null default 'pro',
  created_at timestamptz not null default clock_timestamp()
);

create table sydx.people (
  id bigint primary key default sydx.new_id(),
  email text not null unique,
  password_hash text not null,
  created_at timestamptz not null default clock_timestamp()
);

create table sydx.memberships (
  person_id bigint not null references sydx.people on delete cascade,
  tenant_no int not null references sydx.tenants,
  role text not null check (role in ('admin', 'agent')),
  primary key (person_id, tenant_no)
);

-- tenant_no is null for the operator's keys.
create table sydx.api_keys (
  id bigint primary key default sydx.new_id(),
  tenant_no int references sydx.tenants,
  name text not null,
  hash bytea not null unique,
  hint text not null,
  scopes text[] not null,
  created_at timestamptz not null default clock_timestamp(),
  revoked_at timestamptz
);
create index api_keys_by_tenant on sydx.api_keys (tenant_no, id);

-- One row that proves which SECRETS_KEY this database was sealed with.
create table sydx.secrets_check (
  singleton boolean primary key default true check (singleton),
  key_id text not null,
  sealed bytea not null
);

-- Webhooks -----------------------------------------------------------------------------------------

-- Every change of a webhook takes the next version under this row's lock, so versions become visible
-- in order and a node that read up to a version has missed nothing below it.
create table sydx.settings_clock (
  singleton boolean primary key default true check (singleton),
  version bigint not null
);
insert into sydx.settings_clock (version) values (0);

create table sydx.webhooks (
  id bigint primary key default sydx.new_id(),
  tenant_no int not null references sydx.tenants,
  name text not null,
  url text not null,
  events text[] not null,
  enabled boolean not null default true,
  secret_key_id text,
  secret_sealed bytea,
  secret_hint text not null,
  version bigint not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  deleted_at timestamptz,
  check (deleted_at is not null or secret_sealed is not null)
);
create index webhooks_by_tenant on sydx.webhooks (tenant_no, id) where deleted_at is null;
create index webhooks_by_version on sydx.webhooks (version);

-- Which enabled webhooks an event type of a tenant goes to: what publishing joins with. Kept by the
-- statements that create, change and delete webhooks.
create table sydx.subscriptions (
  tenant_no int not null,
  type text not null,
  webhook_id bigint not null references sydx.webhooks,
  primary key (tenant_no, type, webhook_id)
);
create index subscriptions_by_webhook on sydx.subscriptions (webhook_id);

-- Events and deliveries ----------------------------------------------------------------------------

create table sydx.events (
  id bigint not null,
  tenant_no int not null,
  type text not null,
  body text not null,
  primary key (tenant_no, id)
) partition by range (id);

-- Nodes that are alive hold a row; its lease is over when `until` is past by this server's clock.
create table sydx.nodes (
  id bigint primary key default sydx.new_id(),
  role text not null,
  host text not null,
  until timestamptz not null,
  settings_version bigint not null default 0,
  started_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);

-- The foreign key is the fence on the way in: a node that was declared dead can lease nothing.
-- attempts and lost are null when every delivery is at its first attempt and never lost a lease.
create table sydx.inflight (
  node_id bigint not null references sydx.nodes,
  number bigint not null,
  delivery_ids bigint[] not null,
  event_ids bigint[] not null,
  webhook_ids bigint[] not null,
  tenant_nos int[] not null,
  attempts smallint[],
  lost smallint[],
  primary key (node_id, number)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

create table sydx.queue (
  webhook_id bigint not null,
  due timestamptz not null,
  id bigint not null,
  tenant_no int not null,
  event_id bigint not null,
  attempt smallint not null,
  lost smallint not null,
  primary key (webhook_id, due, id)
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
create index queue_by_due on sydx.queue (due);
create unique index queue_by_tenant on sydx.queue (tenant_no, id);

-- The log. status: 1 success, 2 failed, 3 cancelled. The columns from started_at on are the last
-- attempt's; started_at is null when none was made. Earlier attempts are rows of `attempts`.
create table sydx.deliveries (
  id bigint not null,
  tenant_no int not null,
  event_id bigint not null,
  webhook_id bigint not null,
  type text not null,
  status smallint not null,
  attempt_count smallint not null,
  finished_at timestamptz not null,
  started_at timestamptz,
  duration_ms int,
  status_code smallint,
  error text,
  signatures text,
  response_headers text,
  response_body bytea,
  primary key (tenant_no, id)
) partition by range (id);
create index deliveries_by_webhook on sydx.deliveries (webhook_id, id);
create index deliveries_not_successful on sydx.deliveries (tenant_no, id) where status <> 1;
-- One webhook's failed deliveries beside a million successful ones, and the other way round: the page
-- filtered by both and every replay read this. It grows with failures alone.
create index deliveries_not_successful_by_webhook on sydx.deliveries (webhook_id, id) where status <> 1;

create table sydx.attempts (
  delivery_id bigint not null,
  number smallint not null,
  started_at timestamptz not null,
  duration_ms int not null,
  status_code smallint,
  error text,
  signatures text,
  response_headers text,
  response_body bytea,
  primary key (delivery_id, number)
) partition by range (delivery_id);

-- Deliveries beyond the first of an event to a webhook. An original delivery needs no row: it shares
-- its id's milliseconds with its event, so the log's primary key finds it.
create table sydx.redeliveries (
  event_id bigint not null,
  delivery_id bigint not null,
  webhook_id bigint not null,
  replay_id bigint,
  primary key (event_id, delivery_id)
);

create table sydx.replays (
  id bigint primary key default sydx.new_id(),
  tenant_no int not null references sydx.tenants,
  webhook_id bigint not null references sydx.webhooks,
  from_time timestamptz not null,
  to_time timestamptz not null,
  status text not null,
  count bigint not null,
  replayed bigint not null default 0,
  -- Stopped because the webhook was disabled or deleted: its items are removed, and
  -- `count - replayed` says how many were not delivered.
  cancelled boolean not null default false,
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz
);
create index replays_unfinished on sydx.replays (id) where finished_at is null;

create table sydx.replay_items (
  replay_id bigint not null references sydx.replays,
  event_id bigint not null,
  primary key (replay_id, event_id)
);

-- Not final, wherever it is. A group in `inflight` may list deliveries that were closed or sent back
-- to the queue before the whole group ended: those are known by their row in the log, in the queue,
-- or in a later group under a later attempt.
create view sydx.pending_deliveries as
  select q.id, q.tenant_no, q.event_id, q.webhook_id, q.attempt, q.lost, q.due, null::bigint as node_id
  from sydx.queue q
  union all
  (
    select distinct on (u.tenant_no, u.id) u.id, u.tenant_no, u.event_id, u.webhook_id,
      coalesce(u.attempt, 1::smallint), coalesce(u.lost, 0::smallint), null::timestamptz, i.node_id
    from sydx.inflight i
    cross join lateral unnest(i.delivery_ids, i.tenant_nos, i.event_ids, i.webhook_ids, i.attempts, i.lost)
      as u(id, tenant_no, event_id, webhook_id, attempt, lost)
    where not exists (select from sydx.deliveries d where d.tenant_no = u.tenant_no and d.id = u.id)
      and not exists (select from sydx.queue q where q.tenant_no = u.tenant_no and q.id = u.id)
    order by u.tenant_no, u.id, coalesce(u.attempt, 1) desc, coalesce(u.lost, 0) desc
  );

-- Coming in -----------------------------------------------------------------------------------------

-- What was said before: producers' idempotency keys (content is set: the same key with other content
-- is a conflict) and what sources have already seen (content is null). key = MD5 of what it is about.
create table sydx.idempotency_keys (
  key uuid primary key,
  event_id bigint,
  content uuid,
  expires_at timestamptz not null
);
create index idempotency_keys_by_expiry on sydx.idempotency_keys (expires_at);

-- tenant_no is null for an operator's source, which routes by id to tenants.
create table sydx.sources (
  id bigint primary key default sydx.new_id(),
  tenant_no int references sydx.tenants,
  kind text not null,
  name text not null,
  settings jsonb not null,
  secrets_key_id text not null,
  secrets_sealed bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);
create index sources_by_tenant on sydx.sources (tenant_no, id);

-- Contacts met so far, by WhatsApp id or by user id where the number is hidden. Outlives retention.
create table sydx.contacts (
  tenant_no int not null references sydx.tenants,
  identifier text not null,
  name text,
  met_at timestamptz not null default clock_timestamp(),
  primary key (tenant_no, identifier)
);

-- Our statements read a few rows out of many partitions. The planner's price for them counts every
-- partition, so PostgreSQL would compile for hundreds of milliseconds what runs for five. Set for this
-- role in this database: a connection parameter would not pass a transaction pooler.
do $$ begin
  execute format('alter role %I in database %I set jit = off', current_user, current_database());
end $$;
