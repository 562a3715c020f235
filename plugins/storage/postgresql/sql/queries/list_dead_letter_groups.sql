-- The groups with the latest deaths first. 1 limit; one pass over dead_letter_group
SELECT signature, count(*), count(*) FILTER (WHERE replay_count > 0), min(died_at), max(died_at),
    (array_agg(id ORDER BY id DESC))[1]
FROM dead_letter WHERE discarded_at IS NULL
GROUP BY signature
ORDER BY max(died_at) DESC, signature LIMIT $1;
