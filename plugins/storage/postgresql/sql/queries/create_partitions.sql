-- A day's partitions, unless another node has made them. Names of parts are filled in by day_partitions.cpp.
SET LOCAL client_min_messages = warning;
SELECT pg_advisory_xact_lock(7526752014);
CREATE TABLE IF NOT EXISTS message_%day% PARTITION OF message FOR VALUES FROM ('%from%') TO ('%to%');
CREATE TABLE IF NOT EXISTS finished_%day% PARTITION OF finished FOR VALUES FROM ('%from%') TO ('%to%');
