-- Event types that somebody registered beside those of the catalogue. What an event was judged by when
-- it was published is nobody's business later: nothing refers to a row here, and neither a change nor a
-- deletion touches a stored event.
create table sydx.event_types (
  id bigint primary key default sydx.new_id(),
  -- Null: the operator's, for every tenant.
  tenant_no int references sydx.tenants,
  type text not null,
  description text not null,
  -- As they were given: json keeps the order of fields.
  schema json not null,
  sample json not null,
  -- Nodes keep what they made of a schema as long as this stays.
  version int not null default 1,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  unique nulls not distinct (tenant_no, type)
);
