-- Requests that came with an idempotency key. Two nodes that get the same request meet on the primary key.
CREATE TABLE idempotency (
    api_key_id bigint NOT NULL,
    idempotency_key text NOT NULL,
    fingerprint bytea NOT NULL,     -- 32 bytes
    ids uuid[] NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (api_key_id, idempotency_key)
);
CREATE INDEX idempotency_expiry ON idempotency (expires_at);
