-- Unfinished messages, locked in the order of their ids, so that two transactions wait instead of blocking each other.
-- 1 ids; primary key
SELECT @queue_columns@ FROM queue q WHERE q.id = ANY ($1::uuid[]) ORDER BY q.id FOR UPDATE;
