-- Conditions on data under which a webhook gets an event. json, not jsonb: what was sent comes back as it
-- was written, and strings may hold whatever JSON may.
alter table sydx.webhooks
  add column filter json,
  -- The version of the settings at which the filter was set. A node that judged by another one than
  -- this has no say: publishing compares.
  add column filter_version bigint,
  add check ((filter is null) = (filter_version is null));

-- What a node reads when it starts.
create index webhooks_with_filter on sydx.webhooks (id)
  where filter_version is not null and enabled and deleted_at is null;
