-- 1 limit; one pass over dead_letter_group
SELECT g.signature, g.count, g.replayed, g.first, g.last, m.id
FROM (SELECT signature, count(*) AS count, sum(replay_count > 0) AS replayed, min(died_at) AS first,
          max(died_at) AS last, max(key) AS example
      FROM dead_letter WHERE discarded_at IS NULL
      GROUP BY signature) g
JOIN message m ON m.key = g.example
ORDER BY g.last DESC, g.signature LIMIT ?1;
