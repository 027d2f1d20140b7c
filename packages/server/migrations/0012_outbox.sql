-- The relay's side of publishing in the producer's own transaction. What the producer writes into is
-- outbox/0001_outbox.sql, in the CRM's database or in this one: its names (outbox, outbox_installation,
-- publish) are none of these.

-- Who relays an outbox: one at a time, by this server's clock. Every transaction that publishes what was
-- read from it locks the row.
create table sydx.outbox_relays (
  installation uuid primary key,
  holder uuid not null,
  until timestamptz not null
) with (fillfactor = 50);

-- What was relayed from an outbox in another database, where it is deleted by a commit of its own: were
-- that one lost, the row would be read again. One row for up to 256 neighbours that one transaction
-- published, found by their numbers (number >> 8 is the bucket).
create table sydx.outbox_marks (
  installation uuid not null,
  bucket bigint not null,
  id bigint not null default sydx.new_id(),
  numbers bigint[] not null,
  moments bigint[] not null,
  primary key (installation, bucket, id)
);
create index outbox_marks_by_id on sydx.outbox_marks (id);

-- What could not be accepted, as the producer gave it.
create table sydx.outbox_rejected (
  id bigint primary key default sydx.new_id(),
  installation uuid not null,
  number bigint not null,
  -- What was given: there may be no such tenant.
  tenant text not null,
  type text not null,
  data json not null,
  key text,
  happened_at timestamptz,
  published_at timestamptz not null,
  code text not null,
  detail text not null,
  errors json not null
);
create index outbox_rejected_by_tenant on sydx.outbox_rejected (tenant, id);
