-- Latest death first. 13 time and 14 key of the cursor, 15 limit; dead_letter_died
SELECT d.key, d.died_at, d.reason, d.class, d.signature, d.discarded_at, d.discard_reason
FROM dead_letter d
WHERE @filter@ AND (d.died_at < ?13 OR (d.died_at = ?13 AND d.key < ?14))
ORDER BY d.died_at DESC, d.key DESC LIMIT ?15;
