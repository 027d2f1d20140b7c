-- Inboxes: URLs of our own that keep what arrives, so that somebody without a receiver sees deliveries. The
-- token is the last part of the URL. Like a webhook's URL it is stored as it is: whoever reads it here may
-- send, and no more. It is found by its hash, so that no comparison of texts tells how much of a guess fits.
create table sydx.inboxes (
  id bigint primary key default sydx.new_id(),
  tenant_no int not null references sydx.tenants,
  kind text not null check (kind in ('try', 'listen')),
  token text not null,
  token_hash bytea not null unique,
  -- The webhook that was created with it and goes with it.
  webhook_id bigint references sydx.webhooks,
  answer_status int not null,
  answer_delay_ms int not null,
  -- Of the newest request: its number, and how many bytes came with it and all before it. Both grow under
  -- this row's lock, so numbers have no gaps and become visible in their order.
  last_number bigint not null default 0,
  last_total_bytes bigint not null default 0,
  -- The same of the newest request that a reader said to have.
  read_number bigint not null default 0,
  read_total_bytes bigint not null default 0,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);
create index inboxes_by_tenant on sydx.inboxes (tenant_no, id);
create index inboxes_by_expiry on sydx.inboxes (expires_at);

create table sydx.inbox_requests (
  inbox_id bigint not null references sydx.inboxes on delete cascade,
  number bigint not null,
  total_bytes bigint not null,
  received_at timestamptz not null default clock_timestamp(),
  method text not null,
  query text not null,
  -- Pairs of name and value in the order of their arrival. As text: jsonb refuses some that HTTP allows.
  headers text not null,
  body bytea not null,
  -- What the webhook's secret said of both signatures at that moment: codes of the contract's verdicts.
  sydx_verdict text not null,
  standard_verdict text not null,
  answer_status int not null,
  answer_delay_ms int not null,
  primary key (inbox_id, number)
);
