id, kind, state, rate, canary_count, canary_percent, canary_timeout, includes_poison, has_passed_canary, canary_since,
created_by, description, reason, created_at, ended_at, total, position, done, refused, last_error
