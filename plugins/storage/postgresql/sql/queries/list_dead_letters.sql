-- Latest death first. 13 time and 14 id of the cursor or NULL, 15 limit; dead_letter_died
SELECT @message_columns@, @letter_columns@
FROM (
    SELECT d.id FROM dead_letter d
    WHERE @dead_letter_filter@
        AND ($13::bigint IS NULL OR (d.died_at, d.id) < ($13::bigint, $14::uuid))
    ORDER BY d.died_at DESC, d.id DESC LIMIT $15
) o JOIN dead_letter d ON d.id = o.id JOIN @message_tables@
ORDER BY d.died_at DESC, d.id DESC;
