-- Parameters as the columns behind id
INSERT INTO job (kind, state, rate, canary_count, canary_percent, canary_timeout, includes_poison, has_passed_canary,
    canary_since, created_by, description, reason, created_at, ended_at, total, position, done, refused, last_error)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) RETURNING id;
