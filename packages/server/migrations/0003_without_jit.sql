-- Our statements read a few rows out of many partitions. The planner's price for them counts every
-- partition, so PostgreSQL would compile for hundreds of milliseconds what runs for five. Set for this
-- role in this database: a connection parameter would not pass a transaction pooler.
do $$ begin
  execute format('alter role %I in database %I set jit = off', current_user, current_database());
end $$;
