-- Unfinished messages, dead letters, bytes of the database.
SELECT (SELECT count(*) FROM queue), (SELECT count(*) FROM dead_letter), pg_database_size(current_database());
