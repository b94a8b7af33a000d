-- name: columns()
-- Tables of the schema in the search path, each with its stored columns in their order.
SELECT c.relname::text, array_agg(a.attname::text ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
GROUP BY c.relname ORDER BY c.relname;

-- name: references()
-- Tables that refer to others of the same schema.
SELECT DISTINCT c.relname::text, r.relname::text
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid
WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace AND r.relnamespace = c.relnamespace;

-- name: sequences()
-- The last number that each sequence gave.
SELECT sequencename::text, last_value FROM pg_sequences WHERE schemaname = current_schema() ORDER BY 1;

-- name: set_sequences(names, lasts)!
-- Let sequences go on after these numbers.
SELECT setval(quote_ident(given.name)::regclass, given.last)
FROM unnest(:names::text[], :lasts::bigint[]) AS given (name, last)
WHERE to_regclass(quote_ident(given.name)) IS NOT NULL;

-- name: single_references()
-- Columns that alone refer to the key of another table of the schema, and which column that is.
SELECT c.relname::text, a.attname::text, r.relname::text, ra.attname::text
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
JOIN pg_attribute ra ON ra.attrelid = r.oid AND ra.attnum = k.confkey[1]
WHERE k.contype = 'f' AND cardinality(k.conkey) = 1
  AND c.relnamespace = current_schema()::regnamespace AND r.relnamespace = c.relnamespace;

-- name: keys()
-- Columns that alone are the key of their table, and whether the server gives their numbers.
SELECT c.relname::text, a.attname::text, a.attidentity <> ''
FROM pg_class c JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p' AND cardinality(k.conkey) = 1
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r';

-- name: raise_sources()!
-- Let new sources have numbers above all that are there.
SELECT setval('source_id_seq', highest) FROM (SELECT max(id) AS highest FROM source) AS s, source_id_seq
WHERE last_value < highest;
