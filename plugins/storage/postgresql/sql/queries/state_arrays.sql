-- Parameters 1 to 11 of every query that writes states: id, recipient, status, retry_count, push_count, replay_count,
-- replay_job, last_retry_at, failure_class, failure_reason, history
$1::uuid[], $2::bigint[], $3::smallint[], $4::integer[], $5::integer[], $6::integer[], $7::bigint[], $8::bigint[],
$9::smallint[], $10::text[], $11::bytea[]
