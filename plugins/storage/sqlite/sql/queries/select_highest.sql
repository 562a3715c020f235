-- The highest id ever stored; primary keys
SELECT id FROM (
    SELECT key, id FROM (SELECT key, id FROM message ORDER BY key DESC LIMIT 1)
    UNION ALL
    SELECT key, id FROM highest
)
ORDER BY key DESC LIMIT 1;
