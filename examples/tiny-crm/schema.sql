-- The CRM's own tables. Not those of the outbox: `npx sydx outbox install` brings them.
create schema if not exists crm;

create table if not exists crm.agents (
  id serial primary key,
  name text not null unique,
  email text not null
);
insert into crm.agents (name, email)
  values ('Rahul Verma', 'rahul@example.com'), ('Anita Rao', 'anita@example.com')
  on conflict do nothing;

create table if not exists crm.leads (
  id serial primary key,
  name text not null,
  phone text not null,
  email text not null,
  campaign text not null,
  agent_id int references crm.agents
);

create table if not exists crm.contacts (
  wa_id text primary key,
  name text not null,
  tags text[] not null default '{}'
);

create table if not exists crm.messages (
  id text primary key,
  wa_id text not null references crm.contacts,
  direction text not null check (direction in ('in', 'out')),
  body text not null,
  at timestamptz not null default now()
);

create table if not exists crm.campaigns (
  id serial primary key,
  name text not null,
  text text not null,
  success int,
  failed int
);
