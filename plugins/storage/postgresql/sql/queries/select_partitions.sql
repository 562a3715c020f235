-- The days that have partitions, oldest first.
SELECT substring(c.relname FROM 9)::bigint
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'message'::regclass AND c.relname ~ '^message_[0-9]{8}$'
ORDER BY c.relname;
