-- 1 id; primary keys
SELECT @message_columns@, @letter_columns@
FROM (SELECT $1::uuid AS id) o JOIN dead_letter d ON d.id = o.id JOIN @message_tables@;
