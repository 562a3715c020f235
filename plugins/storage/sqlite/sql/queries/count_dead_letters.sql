-- dead_letter_died
SELECT count(*) FROM dead_letter d WHERE @filter@;
