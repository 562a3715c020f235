-- The highest id ever stored, null if none; primary keys
SELECT nullif(greatest((SELECT id FROM message ORDER BY id DESC LIMIT 1), (SELECT id FROM highest)),
    '00000000-0000-0000-0000-000000000000');
