-- name: people(kinds, values, atoms)
-- Whoever carries one of these identifiers or holds one of these atoms.
SELECT id, body FROM person WHERE id IN (
    SELECT i.profile FROM unnest(:kinds::text[], :values::text[]) AS asked (kind, value)
    JOIN identifier i ON i.kind = asked.kind AND i.value = asked.value
    UNION
    SELECT i.profile FROM unnest(:atoms::bigint[]) AS asked (atom) JOIN identifier i ON i.atom = asked.atom
);

-- name: put_people(ids, bodies)!
-- People as they are from here on.
INSERT INTO person (id, body) SELECT * FROM unnest(:ids::bigint[], :bodies::bytea[])
ON CONFLICT (id) DO UPDATE SET body = excluded.body;

-- name: remove_people(ids)!
-- Losers of merges, and erased people.
DELETE FROM person WHERE id = ANY(:ids::bigint[]);

-- name: add_identifiers(kinds, values, atoms, profiles, statuses)!
-- Fresh atoms.
INSERT INTO identifier (kind, value, atom, profile, status)
SELECT * FROM unnest(:kinds::text[], :values::text[], :atoms::bigint[], :profiles::bigint[], :statuses::text[]);

-- name: move_identifiers(atoms, profiles, statuses)!
-- Atoms whose profile or status has changed.
UPDATE identifier i SET profile = moved.profile, status = moved.status
FROM unnest(:atoms::bigint[], :profiles::bigint[], :statuses::text[]) AS moved (atom, profile, status)
WHERE i.atom = moved.atom;

-- name: remove_identifiers(atoms)!
-- Atoms of erased people.
DELETE FROM identifier WHERE atom = ANY(:atoms::bigint[]);

-- name: add_decisions(positions, ordinals, kinds, atoms, profiles, others, other_atoms, moved, identifier_kinds, identifier_values, reasons, rules, details)!
-- Decisions of a batch. `moved` comes as text, because arrays of arrays must be even.
INSERT INTO decision
SELECT position, ordinal, kind, atom, profile, other, other_atom, moved::bigint[], identifier_kind, identifier_value,
       reason, rules, detail::jsonb
FROM unnest(
    :positions::bigint[], :ordinals::integer[], :kinds::text[], :atoms::bigint[], :profiles::bigint[],
    :others::bigint[], :other_atoms::bigint[], :moved::text[], :identifier_kinds::text[], :identifier_values::text[],
    :reasons::text[], :rules::integer[], :details::text[]
) AS made (position, ordinal, kind, atom, profile, other, other_atom, moved, identifier_kind, identifier_value,
           reason, rules, detail);

-- name: decisions_between(after, upto)
-- All decisions with positions in (after, upto], in order.
SELECT position, ordinal, kind, atom, profile, other, other_atom, moved, identifier_kind, identifier_value, reason,
       rules, detail::text
FROM decision WHERE position > :after AND position <= :upto ORDER BY position, ordinal;

-- name: decisions_after(position, ordinal, upto, limit)
-- The next decisions up to a position, in order.
SELECT position, ordinal, kind, atom, profile, other, other_atom, moved, identifier_kind, identifier_value, reason,
       rules, detail::text
FROM decision WHERE (position, ordinal) > (:position, :ordinal) AND position <= :upto
ORDER BY position, ordinal LIMIT :limit;

-- name: decisions_about(atoms, position, ordinal, limit)
-- Decisions that concern one of these atoms, before one of them, latest first.
SELECT position, ordinal, kind, atom, profile, other, other_atom, moved, identifier_kind, identifier_value, reason,
       rules, detail::text
FROM decision
WHERE (atom = ANY(:atoms::bigint[]) OR (other_atom <> 0 AND other_atom = ANY(:atoms::bigint[])))
  AND (position, ordinal) < (:position, :ordinal)
ORDER BY position DESC, ordinal DESC LIMIT :limit;

-- name: latest_decisions(kinds, position, ordinal, limit)
-- Decisions of these kinds before one of them, latest first.
SELECT position, ordinal, kind, atom, profile, other, other_atom, moved, identifier_kind, identifier_value, reason,
       rules, detail::text
FROM decision WHERE kind = ANY(:kinds::text[]) AND (position, ordinal) < (:position, :ordinal)
ORDER BY position DESC, ordinal DESC LIMIT :limit;

-- name: decided(positions, ordinals)
-- An atom of each of these decisions.
SELECT position, ordinal, atom FROM decision
JOIN unnest(:positions::bigint[], :ordinals::integer[]) AS asked (position, ordinal) USING (position, ordinal);

-- name: values_of(atoms)
-- Decisions that show a value of these atoms, whoever else they concern.
SELECT position, ordinal, identifier_value, detail::text FROM decision
WHERE atom = ANY(:atoms::bigint[]) OR (other_atom <> 0 AND other_atom = ANY(:atoms::bigint[]))
   OR moved && :atoms::bigint[] ORDER BY position, ordinal;

-- name: cover_values(positions, ordinals, identifier_values, details)!
-- Decisions with other evidence in place of what was erased.
UPDATE decision d SET identifier_value = covered.value, detail = covered.detail::jsonb
FROM unnest(:positions::bigint[], :ordinals::integer[], :identifier_values::text[], :details::text[])
     AS covered (position, ordinal, value, detail)
WHERE d.position = covered.position AND d.ordinal = covered.ordinal;

-- name: find(kinds, values)
-- For each identifier the profile it identifies: the oldest active atom's; nothing for shared and unknown ones.
SELECT DISTINCT ON (i.kind, i.value) i.kind, i.value, i.profile
FROM unnest(:kinds::text[], :values::text[]) AS asked (kind, value)
JOIN identifier i ON i.kind = asked.kind AND i.value = asked.value
WHERE i.status = 'active' ORDER BY i.kind, i.value, i.atom;

-- name: holder(kind, value)^
-- The version of the rules in force, and whom an identifier identifies: nobody for shared and unknown ones.
SELECT r.version, found.id, found.body
FROM (SELECT max(version) AS version FROM identity_rules) AS r
LEFT JOIN LATERAL (SELECT p.id, p.body FROM identifier i JOIN person p ON p.id = i.profile
                   WHERE i.kind = :kind AND i.value = :value AND i.status = 'active' ORDER BY i.atom LIMIT 1) AS found
ON true;

-- name: current(ids)
-- The present profiles of these atoms or former profile ids.
SELECT atom, profile FROM identifier WHERE atom = ANY(:ids::bigint[]);

-- name: homes(after, limit)
-- The profile of each atom, in the order of atoms.
SELECT atom, profile FROM identifier WHERE atom > :after ORDER BY atom LIMIT :limit;

-- name: effective_cuts()
-- For each effective cut that a person asked for: the decision it undid, the two values it put apart, may they meet again.
SELECT DISTINCT ON (d.position, d.ordinal) (d.detail->'decision'->>0)::bigint, (d.detail->'decision'->>1)::integer,
       a.kind, a.value, b.kind, b.value, (asked.detail->>'allow')::boolean
FROM decision d
JOIN decision asked ON asked.kind = 'cut_requested' AND asked.detail->'decision' = d.detail->'decision'
JOIN identifier a ON a.atom = d.atom JOIN identifier b ON b.atom = d.other_atom
WHERE d.kind = 'cut' AND asked.position < d.position AND asked.detail->'rules' IS NULL
ORDER BY d.position, d.ordinal, asked.position DESC;

-- name: bodies(ids)
-- These people.
SELECT body FROM person WHERE id = ANY(:ids::bigint[]) ORDER BY id;

-- name: rules()^
-- The rules in force.
SELECT body::text FROM identity_rules ORDER BY version DESC LIMIT 1;

-- name: rules_history()
-- All rules with the position from which each held.
SELECT position, body::text FROM identity_rules ORDER BY version;

-- name: add_rules(versions, positions, bodies)!
-- Rules that hold from their positions on.
INSERT INTO identity_rules (version, position, body)
SELECT version, position, body::jsonb
FROM unnest(:versions::integer[], :positions::bigint[], :bodies::text[]) AS made (version, position, body);

-- name: requested_cuts()
-- Cuts that were asked for and are not yet effective.
SELECT position, ordinal FROM cutting ORDER BY position, ordinal;

-- name: request_cuts(positions, ordinals)!
-- Cuts asked for.
INSERT INTO cutting SELECT * FROM unnest(:positions::bigint[], :ordinals::integer[]) ON CONFLICT DO NOTHING;

-- name: settle_cuts(positions, ordinals)!
-- Cuts no longer awaited.
DELETE FROM cutting c USING unnest(:positions::bigint[], :ordinals::integer[]) AS settled (position, ordinal)
WHERE c.position = settled.position AND c.ordinal = settled.ordinal;

-- name: beginning(kinds, lows, highs, limit)
-- The profiles of identifiers that begin so, the first ones of each kind.
SELECT found.profile FROM unnest(:kinds::text[], :lows::text[], :highs::text[]) WITH ORDINALITY AS asked (kind, low, high, place)
CROSS JOIN LATERAL (SELECT profile, value FROM identifier
                    WHERE kind = asked.kind AND value >= asked.low COLLATE "C" AND value < asked.high COLLATE "C"
                      AND status = 'active' ORDER BY value LIMIT :limit) AS found
ORDER BY asked.place, found.value;
