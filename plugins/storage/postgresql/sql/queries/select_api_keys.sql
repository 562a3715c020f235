-- All API keys in the order of their creation.
SELECT @api_key_columns@ FROM api_key ORDER BY id;
