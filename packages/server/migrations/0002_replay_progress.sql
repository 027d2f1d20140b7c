-- How far a replay is, and whether it was stopped because its webhook was disabled or deleted.
-- Items of a stopped replay are removed: `count - replayed` says how many were not delivered.
alter table sydx.replays
  add column replayed bigint not null default 0,
  add column cancelled boolean not null default false;

-- One webhook's failed deliveries beside a million successful ones, and the other way round: the page
-- filtered by both and every replay read this. It grows with failures alone.
create index deliveries_not_successful_by_webhook on sydx.deliveries (webhook_id, id) where status <> 1;
