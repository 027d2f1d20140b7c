-- The log summed up by hour, so that statistics read hundreds of rows and not millions
-- (docs/adr/0012). Add-only: nodes of the version before read and write the log as they did.

-- Hours are numbered from where ids begin: those of hour h are h * 3600000 << 22 and on.
--
-- An hour that is over gets a row. It can be rolled up once no transaction can add to it any more, that is
-- when every transaction below `horizon` has ended. Then the tenants that still have deliveries pending in
-- it are left out (`waiting`), and follow one by one.
create table sydx.rolled_hours (
  hour int primary key,
  horizon xid8 not null,
  rolled_at timestamptz,
  waiting int[] not null default '{}'
);

-- What became of the deliveries that were accepted within an hour, tests left out: a row for each webhook
-- that had any, and one for all of the tenant's together, under webhook_id 0. Both arrays go together: how
-- many of the last attempts that got a response took `latency_steps[n]` ms (see latency_step).
create table sydx.roll_ups (
  tenant_no int not null,
  webhook_id bigint not null,
  hour int not null,
  success int not null,
  failed int not null,
  cancelled int not null,
  latency_steps int[] not null,
  latency_counts int[] not null,
  latency_ms int[],
  primary key (tenant_no, webhook_id, hour)
);
-- What goes with a day that retention drops.
create index roll_ups_by_hour on sydx.roll_ups (hour);

-- Durations as roll-ups keep them: exact below 128 ms, then 64 steps to each doubling, told by their middle,
-- so at most 0.8 % away. At most 470 of them, since an attempt ends after 5 s.
create function sydx.latency_step(ms int) returns int language sql immutable parallel safe as $$
  select case
    when ms < 128 then ms
    when ms < 256 then ((ms >> 1) << 1) + 1
    when ms < 512 then ((ms >> 2) << 2) + 2
    when ms < 1024 then ((ms >> 3) << 3) + 4
    when ms < 2048 then ((ms >> 4) << 4) + 8
    when ms < 4096 then ((ms >> 5) << 5) + 16
    else ((ms >> 6) << 6) + 32
  end
$$;
