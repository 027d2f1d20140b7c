-- Publishing in the producer's own transaction. This goes into the CRM's own PostgreSQL (15 or newer),
-- by `npx sydx outbox install` or among the CRM's migrations; docs/engineers/publish.md tells how it
-- is used. It is the same schema `sydx` where the CRM and the product share a database.
--
-- Run it in one transaction. Afterwards let the CRM's role in:
--   grant usage on schema sydx to crm;
--   grant execute on function sydx.publish to crm;
create schema if not exists sydx;

-- Which outbox this is, and in which version: of what was published from here, the product remembers
-- for a while what it has relayed already.
create table sydx.outbox_installation (
  singleton boolean primary key default true check (singleton),
  id uuid not null default gen_random_uuid(),
  version int not null
);
insert into sydx.outbox_installation (version) values (1);

-- What waits for the relay, which deletes it. Nobody but sydx.publish writes it. A row is known by its
-- number and its moment: numbers come again after a failover that lost commits.
create table sydx.outbox (
  id bigint generated always as identity primary key,
  published_at timestamptz not null default clock_timestamp(),
  happened_at timestamptz,
  bytes int not null,
  tenant text not null,
  type text not null,
  key text,
  -- Not jsonb: order of keys and spelling of numbers stay.
  data json not null
) with (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
  autovacuum_vacuum_insert_threshold = -1, autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000,
  toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 2000,
  toast.autovacuum_vacuum_cost_delay = 0
);
-- So that a tenant with a hundred thousand rows takes turns with the others.
create index outbox_by_tenant on sydx.outbox (tenant, id);

-- The checks of sydx.publish, with a sentence for each. It is asked about what is not plainly good.
create function sydx.outbox_check(tenant text, type text, data json, key text, happened_at timestamptz)
returns void language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  given text := data::text;
  -- What stands around data in a delivered body.
  around int := octet_length(
    '{"event":"","timestamp":"2026-03-25T08:22:50.254Z","tenantId":"","data":}');
  body_bytes int;
begin
  if tenant is null or tenant !~ '^[A-Za-z0-9_-]{1,64}$' then
    raise exception 'sydx.publish: % is not the id of a tenant', coalesce(quote_literal(left(tenant, 80)), 'null')
      using errcode = 'SX001', hint = 'Give the CRM''s own id of the account: 1 to 64 letters, digits, _ or -.';
  end if;
  if type is null or type !~ '^[a-z0-9_]+(\.[a-z0-9_]+)*$' or length(type) > 100 then
    raise exception 'sydx.publish: % is not an event type', coalesce(quote_literal(left(type, 80)), 'null')
      using errcode = 'SX002', hint = 'Give a type of GET /v1/event-types, such as lead.captured.';
  end if;
  if json_typeof(data) is distinct from 'object' then
    raise exception 'sydx.publish: data is %, not a JSON object', coalesce(json_typeof(data), 'null')
      using errcode = 'SX003', hint = 'Give an object with the fields of the event type.';
  end if;
  if length(key) not between 1 and 255 then
    raise exception 'sydx.publish: key has % characters', length(key)
      using errcode = 'SX005', hint = 'Give an idempotency key of 1 to 255 characters, or none.';
  end if;
  if happened_at not between '0001-01-01T00:00:00Z' and '9999-12-31T23:59:59Z' then
    raise exception 'sydx.publish: happened_at is %', happened_at
      using errcode = 'SX006', hint = 'Give a time of the years 1 to 9999, or none for the present moment.';
  end if;
  -- What is delivered has no white space and few escapes, so only what cannot shrink enough is refused
  -- here; the relay measures the rest. Measuring takes half a second a megabyte at worst, in the
  -- producer's own transaction: so there is an end to what is measured.
  body_bytes := octet_length(given) + around + length(tenant) + length(type);
  if body_bytes > 98304 and octet_length(given) <= 262144 then
    body_bytes := around + length(tenant) + length(type) + octet_length(regexp_replace(
      regexp_replace(given, '("(?:[^"\\]|\\.)*")|\s+', '\1', 'g'), '\\u[0-9a-fA-F]{4}', '.', 'g'));
  end if;
  if body_bytes > 98304 then
    raise exception 'sydx.publish: data of % bytes makes too large a delivery', octet_length(given)
      using errcode = 'SX004', hint = 'Make data smaller, or send a link to it: a delivered body may have 96 KiB, and data 256 KiB with its white space.';
  end if;
end
$$;
revoke all on function sydx.outbox_check(text, text, json, text, timestamptz) from public;

-- Publishes one event of a tenant when the caller's transaction commits, and not when it rolls back.
-- It checks what it can and refuses with an error of its own (SQLSTATE SX001 to SX006), which aborts
-- the transaction like any other. What only the product knows (tenants, types and their schemas) is
-- judged by the relay: what fails there is kept as rejected.
--
-- key: the idempotency key of POST /v1/events. happened_at: when it happened, else the present moment.
-- Returns the number of the row, by which a rejected event can be found again.
--
-- It runs with its owner's rights and the caller's search_path, since setting one takes a quarter of a
-- call's time: so every name in it, those of operators and types too, is written in full.
create function sydx.publish(
  tenant text,
  type text,
  data json,
  key text default null,
  happened_at timestamptz default null
) returns bigint language plpgsql volatile security definer as $$
declare
  given_bytes pg_catalog.int4 := pg_catalog.octet_length(data::pg_catalog.text);
  row_id pg_catalog.int8;
begin
  if (tenant operator(pg_catalog.~) '^[A-Za-z0-9_-]+$'
    and pg_catalog.length(tenant) operator(pg_catalog.<=) 64
    and type operator(pg_catalog.~) '^[a-z0-9_]+(\.[a-z0-9_]+)*$'
    and pg_catalog.length(type) operator(pg_catalog.<=) 100
    and pg_catalog.json_typeof(data) operator(pg_catalog.=) 'object'
    and given_bytes operator(pg_catalog.<=) 90000
    and (key is null or (pg_catalog.length(key) operator(pg_catalog.>) 0
      and pg_catalog.length(key) operator(pg_catalog.<=) 255))
    and happened_at is null) is not true
  then
    perform sydx.outbox_check(tenant, type, data, key, happened_at);
  end if;
  -- Assigned before the row's number: the relay learns from it below which number nothing can come any more.
  perform pg_catalog.pg_current_xact_id();
  insert into sydx.outbox (tenant, type, data, key, happened_at, bytes)
    values (tenant, type, data, key, happened_at, given_bytes)
    returning outbox.id into row_id;
  return row_id;
end
$$;
revoke all on function sydx.publish(text, text, json, text, timestamptz) from public;
