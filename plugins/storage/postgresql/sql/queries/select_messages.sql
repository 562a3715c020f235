-- 1 ids; primary keys
SELECT @message_columns@
FROM unnest($1::uuid[]) AS o (id) JOIN @message_tables@;
