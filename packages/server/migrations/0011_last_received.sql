-- When something verified last came in: for people, so it is written at most once a minute.
alter table sydx.sources add column last_received_at timestamptz;
