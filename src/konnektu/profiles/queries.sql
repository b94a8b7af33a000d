-- name: load_profiles(ids, stated)
-- The profiles that a batch touches; attributes of the stated ones alone.
SELECT id, state, CASE WHEN id = ANY(:stated::bigint[]) THEN attributes::text END
FROM profile WHERE id = ANY(:ids::bigint[]);

-- name: add_profiles(ids, borns, knowns, firsts, lasts, positions, attributes, states)!
-- Profiles met for the first time. A row that is there already was not loaded: better to stop than to overwrite it.
INSERT INTO profile (id, born, known, first_seen, last_seen, position, attributes, state)
SELECT id, born, known, first_seen, last_seen, position, coalesce(attributes, '{}')::jsonb, state
FROM unnest(:ids::bigint[], :borns::bigint[], :knowns::boolean[], :firsts::bigint[], :lasts::bigint[],
            :positions::bigint[], :attributes::text[], :states::bytea[])
     AS r(id, born, known, first_seen, last_seen, position, attributes, state);

-- name: change_profiles(ids, knowns, firsts, lasts, positions, attributes, states)!
-- Profiles that changed; attributes are null where only the rest did. They are named even then: PostgreSQL reads the
-- expressions of generated columns anew for each row of an update that touches none of what these depend on.
UPDATE profile AS p
SET known = r.known, first_seen = r.first_seen, last_seen = r.last_seen, position = r.position,
    attributes = coalesce(r.attributes::jsonb, p.attributes), state = r.state
FROM unnest(:ids::bigint[], :knowns::boolean[], :firsts::bigint[], :lasts::bigint[], :positions::bigint[],
            :attributes::text[], :states::bytea[])
     AS r(id, known, first_seen, last_seen, position, attributes, state)
WHERE p.id = r.id;

-- name: remove_profiles(ids)!
-- Losers of merges.
DELETE FROM profile WHERE id = ANY(:ids::bigint[]);

-- name: merge_tags(losers, winners)!
-- Words of a loser's atoms are the winner's.
UPDATE tag SET profile = r.winner
FROM unnest(:losers::bigint[], :winners::bigint[]) AS r(loser, winner) WHERE tag.profile = r.loser;

-- name: merge_consents(losers, winners)!
-- Statements of a loser's atoms are the winner's.
UPDATE consent SET profile = r.winner
FROM unnest(:losers::bigint[], :winners::bigint[]) AS r(loser, winner) WHERE consent.profile = r.loser;

-- name: move_tags(atoms, profiles)!
-- Words go with their atoms to the sides of a cut.
UPDATE tag SET profile = r.profile
FROM unnest(:atoms::bigint[], :profiles::bigint[]) AS r(atom, profile) WHERE tag.atom = r.atom;

-- name: move_consents(atoms, profiles)!
-- Statements go with their atoms to the sides of a cut.
UPDATE consent SET profile = r.profile
FROM unnest(:atoms::bigint[], :profiles::bigint[]) AS r(atom, profile) WHERE consent.atom = r.atom;

-- name: put_tags(atoms, tags, profiles, presents, times, positions)!
-- The last word of each atom about each tag.
INSERT INTO tag (atom, tag, profile, present, time, position)
SELECT * FROM unnest(:atoms::bigint[], :tags::text[], :profiles::bigint[], :presents::boolean[],
                     :times::bigint[], :positions::bigint[])
ON CONFLICT (atom, tag) DO UPDATE
SET profile = EXCLUDED.profile, present = EXCLUDED.present, time = EXCLUDED.time, position = EXCLUDED.position
WHERE (tag.time, tag.position) < (EXCLUDED.time, EXCLUDED.position);

-- name: put_statements(atoms, facts, numbers, profiles, entities, kinds, contacts, channels, categories, purposes, states, times, positions, bodies)!
-- Each explicit statement for ever; of the passive ones (fact 0) the newest of each atom about each key.
INSERT INTO consent (atom, fact, number, profile, entity, contact_kind, contact_value, channel, category, purpose,
                     state, time, position, body)
SELECT * FROM unnest(:atoms::bigint[], :facts::bigint[], :numbers::bigint[], :profiles::bigint[], :entities::text[],
                     :kinds::text[], :contacts::text[], :channels::text[], :categories::text[], :purposes::text[],
                     :states::text[], :times::bigint[], :positions::bigint[], :bodies::bytea[])
ON CONFLICT (atom, fact, number) DO UPDATE
SET profile = EXCLUDED.profile, state = EXCLUDED.state, time = EXCLUDED.time, position = EXCLUDED.position,
    body = EXCLUDED.body
WHERE (consent.time, consent.position) < (EXCLUDED.time, EXCLUDED.position);

-- name: add_refusals(kinds, contacts, entities, channels, categories, purposes, reasons, times)!
-- Refusals that came as facts; one that the API has written already is the same row.
INSERT INTO refusal (contact_kind, contact_value, entity, channel, category, purpose, reason, time)
SELECT * FROM unnest(:kinds::text[], :contacts::text[], :entities::text[], :channels::text[], :categories::text[],
                     :purposes::text[], :reasons::text[], :times::bigint[])
              AS r(kind, contact, entity, channel, category, purpose, reason, time)
WHERE NOT EXISTS (
    SELECT FROM refusal o
    WHERE o.contact_value = r.contact AND o.contact_kind = r.kind AND o.entity = r.entity AND o.channel = r.channel
      AND o.category = r.category AND o.purpose = r.purpose AND o.reason = r.reason AND o.time = r.time);

-- name: refusals(kind, contacts)
-- Every refusal ever recorded for a contact, in clear or under its keyed hash.
SELECT entity, channel, category, purpose, reason, time
FROM refusal WHERE contact_value = ANY(:contacts::text[]) AND contact_kind = :kind ORDER BY id;

-- name: refusals_of(kinds, contacts)
-- Every refusal ever recorded for any of these contacts, in clear.
SELECT r.contact_kind, r.contact_value, entity, channel, category, purpose, reason, time
FROM unnest(:kinds::text[], :contacts::text[]) AS asked (kind, value)
JOIN refusal r ON r.contact_value = asked.value AND r.contact_kind = asked.kind ORDER BY r.id;

-- name: blind_refusals(kinds, contacts, hashes)!
-- The contacts of erased people become keyed hashes.
UPDATE refusal SET contact_value = r.hash
FROM unnest(:kinds::text[], :contacts::text[], :hashes::text[]) AS r(kind, contact, hash)
WHERE contact_value = r.contact AND contact_kind = r.kind;

-- name: profiles(ids)
-- Profiles for reading.
SELECT id, born, attributes::text, state FROM profile WHERE id = ANY(:ids::bigint[]);

-- name: whole_profile(id)^
-- One profile for showing, with every word about its tags, as JSON, and every statement in order.
SELECT p.id, p.born, p.attributes::text, p.state,
       (SELECT jsonb_agg(jsonb_build_array(t.atom, t.tag, t.present, t.time, t.position))::text
        FROM tag t WHERE t.profile = p.id) AS words,
       ARRAY(SELECT c.body FROM consent c WHERE c.profile = p.id ORDER BY c.time, c.position, c.number) AS statements
FROM profile p WHERE p.id = :id;

-- name: profiles_after(after, limit)
-- A page of all profiles in the order of making.
SELECT id, born, attributes::text, state FROM profile WHERE id > :after ORDER BY id LIMIT :limit;

-- name: standing_after(names, after, limit)
-- A page of all profiles in the order of making: whether a person is named, and the values of attributes as JSON.
SELECT id, known, ARRAY(SELECT (attributes -> name -> 'v')::text
                        FROM unnest(:names::text[]) WITH ORDINALITY AS asked (name, place) ORDER BY place)
FROM profile WHERE id > :after ORDER BY id LIMIT :limit;

-- name: consenting_after(after, limit)
-- A page of the profiles that have ever consented to anything.
SELECT DISTINCT profile FROM consent WHERE state = 'given' AND profile > :after ORDER BY profile LIMIT :limit;

-- name: are_consenting_more(than)$
-- Whether more than so many profiles have ever consented to anything.
SELECT count(*) > :than FROM (SELECT DISTINCT profile FROM consent WHERE state = 'given' LIMIT :than + 1) AS consenting;

-- name: known_after(after, limit)
-- A page of the profiles that name a person.
SELECT id, born, attributes::text, state FROM profile WHERE known AND id > :after ORDER BY id LIMIT :limit;

-- name: bearers_after(tag, after, limit)
-- A page of the profiles one of whose atoms was given a tag; the last word of all atoms is asked in memory.
SELECT id, born, attributes::text, state FROM profile
WHERE id IN (SELECT DISTINCT profile FROM tag WHERE tag = :tag AND present AND profile > :after
             ORDER BY profile LIMIT :limit)
ORDER BY id;

-- name: counts()^
-- How many profiles there are, and how many of them name a person.
SELECT known + unknown, known
FROM (SELECT (SELECT count(*) FROM profile WHERE known), (SELECT count(*) FROM profile WHERE NOT known)) AS c (known, unknown);

-- name: about()^
-- About how many profiles there are, and of them how many name a person, as the server last saw; 0 where it never looked.
SELECT greatest(p.reltuples, 0)::bigint, greatest(k.reltuples, 0)::bigint
FROM pg_class p, pg_class k WHERE p.oid = 'profile'::regclass AND k.oid = 'profile_known'::regclass;

-- name: newcomers(since, most)^
-- How many of the latest profiles were made since an instant, and how many of these name a person.
SELECT count(*), count(*) FILTER (WHERE known)
FROM (SELECT born, known FROM profile ORDER BY id DESC LIMIT :most) AS latest WHERE born >= :since;

-- name: newcomers_by_span(starts, most)
-- How many of the latest profiles were made in each span between ascending instants (1 is the first; the last has no
-- end), and how many of these name a person.
SELECT width_bucket(born, :starts::bigint[]) AS span, count(*), count(*) FILTER (WHERE known)
FROM (SELECT born, known FROM profile ORDER BY id DESC LIMIT :most) AS latest
WHERE born >= (:starts::bigint[])[1] GROUP BY span;

-- name: tags_of(profiles)
-- Every word about tags of these profiles.
SELECT profile, atom, tag, present, time, position FROM tag WHERE profile = ANY(:profiles::bigint[]);

-- name: statements_of(profiles)
-- Every statement of these profiles, in order.
SELECT profile, body FROM consent WHERE profile = ANY(:profiles::bigint[]) ORDER BY time, position, number;

-- name: statements_about(kind, contact)
-- Every statement about a contact, whosever.
SELECT body FROM consent WHERE contact_value = :contact AND contact_kind = :kind ORDER BY time, position, number;

-- name: erase_profiles(profiles)!
-- The rows of erased people.
DELETE FROM profile WHERE id = ANY(:profiles::bigint[]);

-- name: erase_tags(profiles)!
-- The tags of erased people.
DELETE FROM tag WHERE profile = ANY(:profiles::bigint[]);

-- name: erase_consents(profiles)!
-- The consents of erased people. Refusals stay: an erased person is not to be written to either.
DELETE FROM consent WHERE profile = ANY(:profiles::bigint[]);

-- name: set_borns(ids, borns)!
-- When profiles were made whose first facts are gone.
UPDATE profile AS p SET born = r.born FROM unnest(:ids::bigint[], :borns::bigint[]) AS r(id, born)
WHERE p.id = r.id AND p.born <> r.born;

-- name: forget_statements(atoms, facts)!
-- Explicit statements of these atoms whose facts are gone. Refusals never are.
DELETE FROM consent WHERE atom = ANY(:atoms::bigint[]) AND fact <> 0 AND fact <> ALL(:facts::bigint[]);

-- name: standing_passive(atoms)
-- Positions of the facts whose passive statements are the newest of these atoms.
SELECT position FROM consent WHERE atom = ANY(:atoms::bigint[]) AND fact = 0;

-- name: empty_profiles()!
-- A rebuild begins with nothing. Refusals stay: they hold whether or not their facts were applied.
TRUNCATE profile, tag, consent;

-- name: attribute_counts(most)
-- How many profiles have which attribute, the most frequent first; a cleared one is had by nobody.
SELECT name, count(*) FROM profile, jsonb_each(attributes) AS held (name, said) WHERE said -> 'v' <> 'null'
GROUP BY name ORDER BY 2 DESC, 1 LIMIT :most;

-- name: named(low, high, rest, limit)
-- Profiles by the beginning of their name, from either end; the other words begin anywhere in it.
(SELECT id FROM profile
 WHERE by_last >= :low AND by_last < :high
   AND NOT EXISTS (SELECT FROM unnest(:rest::text[]) AS word WHERE strpos(' ' || by_last, ' ' || word) = 0)
 ORDER BY by_last, id LIMIT :limit)
UNION ALL
(SELECT id FROM profile
 WHERE by_first >= :low AND by_first < :high
   AND NOT EXISTS (SELECT FROM unnest(:rest::text[]) AS word WHERE strpos(' ' || by_first, ' ' || word) = 0)
 ORDER BY by_first, id LIMIT :limit);
