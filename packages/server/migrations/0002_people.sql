-- People sign in. A token is stored as its SHA-256 alone: it is 256 random bits, so there is nothing
-- to guess, and a dump of this database opens nothing.

alter table sydx.people add column name text;

alter table sydx.memberships
  add column created_at timestamptz not null default clock_timestamp(),
  add column last_seen_at timestamptz;
create index memberships_by_tenant on sydx.memberships (tenant_no, person_id);

-- A person's session lives in a cookie and slides; a portal's lives in a frame, ends on time and has
-- no person. Whether the person still belongs to tenant_no, and as what, memberships say at each use.
create table sydx.sessions (
  id bigint primary key default sydx.new_id(),
  token_hash bytea not null unique,
  kind text not null check (kind in ('person', 'portal')),
  person_id bigint references sydx.people on delete cascade,
  tenant_no int not null references sydx.tenants,
  created_at timestamptz not null default clock_timestamp(),
  last_seen_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  check ((kind = 'person') = (person_id is not null))
);
create index sessions_by_person on sydx.sessions (person_id) where person_id is not null;
create index sessions_by_expiry on sydx.sessions (expires_at);

-- One-time links. invite: e-mail and role; reset: a person, tenant_no null when the operator made it;
-- portal: nothing but the tenant. Used and expired ones stay for a while, so that whoever opens one
-- reads what became of it.
create table sydx.links (
  id bigint primary key default sydx.new_id(),
  token_hash bytea not null unique,
  purpose text not null check (purpose in ('invite', 'reset', 'portal')),
  tenant_no int references sydx.tenants,
  person_id bigint references sydx.people on delete cascade,
  email text,
  role text check (role in ('admin', 'agent')),
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  used_at timestamptz,
  check (purpose = 'reset' or tenant_no is not null),
  check ((purpose = 'reset') = (person_id is not null)),
  check ((purpose = 'invite') = (email is not null and role is not null))
);
create index links_by_tenant on sydx.links (tenant_no, id) where purpose = 'invite';
create index links_by_person on sydx.links (person_id) where person_id is not null;
create index links_by_expiry on sydx.links (expires_at);

-- One row a bucket (SHA-256 of what is limited, so no address of anybody is kept), by the generic cell
-- rate algorithm: full_at is when the bucket has no more room taken.
create table sydx.rate_limits (
  bucket bytea primary key,
  full_at timestamptz not null
);
create index rate_limits_by_time on sydx.rate_limits (full_at);
