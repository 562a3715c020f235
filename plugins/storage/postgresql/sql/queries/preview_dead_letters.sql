-- What a job has to know of each; dead_letter_died
SELECT d.discarded_at, d.reason, m.expires_at
FROM dead_letter d JOIN message m ON m.id = d.id
WHERE @dead_letter_filter@;
