-- name: seen_properties()
-- Everything that is known of properties and attributes.
SELECT type, name, path, sources, samples FROM seen_property;

-- name: seen_names()
-- Every event name that is known.
SELECT DISTINCT type, name FROM seen_event;

-- name: add_seen(types, names, sources, counts, firsts, lasts)!
-- Events that a batch saw.
INSERT INTO seen_event AS s (type, name, source, count, first_at, last_at)
SELECT * FROM unnest(:types::text[], :names::text[], :sources::bigint[], :counts::bigint[], :firsts::bigint[],
                     :lasts::bigint[])
ON CONFLICT (type, name, source) DO UPDATE SET count = s.count + EXCLUDED.count, last_at = EXCLUDED.last_at;

-- name: add_properties(types, names, paths, counts, texts, numbers, booleans, lists, objects, nulls, contacts, firsts, lasts, sources, samples)!
-- Properties that a batch saw. Sources and samples are whole, as texts of arrays.
INSERT INTO seen_property AS s (type, name, path, count, texts, numbers, booleans, lists, objects, nulls, contacts,
                                first_at, last_at, sources, samples)
SELECT type, name, path, count, texts, numbers, booleans, lists, objects, nulls, contacts, first_at, last_at,
       ARRAY(SELECT jsonb_array_elements_text(sources::jsonb)), ARRAY(SELECT jsonb_array_elements_text(samples::jsonb))
FROM unnest(:types::text[], :names::text[], :paths::text[], :counts::bigint[], :texts::bigint[], :numbers::bigint[],
            :booleans::bigint[], :lists::bigint[], :objects::bigint[], :nulls::bigint[], :contacts::bigint[],
            :firsts::bigint[], :lasts::bigint[], :sources::text[], :samples::text[])
     AS r (type, name, path, count, texts, numbers, booleans, lists, objects, nulls, contacts, first_at, last_at,
           sources, samples)
ON CONFLICT (type, name, path) DO UPDATE
SET count = s.count + EXCLUDED.count, texts = s.texts + EXCLUDED.texts, numbers = s.numbers + EXCLUDED.numbers,
    booleans = s.booleans + EXCLUDED.booleans, lists = s.lists + EXCLUDED.lists,
    objects = s.objects + EXCLUDED.objects, nulls = s.nulls + EXCLUDED.nulls,
    contacts = s.contacts + EXCLUDED.contacts, last_at = EXCLUDED.last_at, sources = EXCLUDED.sources,
    samples = EXCLUDED.samples;

-- name: add_beyond(subjects, counts, firsts, lasts)!
-- What found no room.
INSERT INTO seen_beyond AS s (subject, count, first_at, last_at)
SELECT * FROM unnest(:subjects::text[], :counts::bigint[], :firsts::bigint[], :lasts::bigint[])
ON CONFLICT (subject) DO UPDATE SET count = s.count + EXCLUDED.count, last_at = EXCLUDED.last_at;

-- name: forget_seen()!
-- Everything that was seen, before it is learnt anew.
TRUNCATE seen_event, seen_property, seen_beyond;

-- name: events_after(type, name, limit)
-- A page of event names in their order, with their counts by source.
SELECT type, name, sum(count)::bigint, min(first_at), max(last_at), jsonb_object_agg(source, count)::text
FROM seen_event WHERE (type, name) > (:type COLLATE "C", :name COLLATE "C")
GROUP BY type, name ORDER BY type, name LIMIT :limit;

-- name: one_event(type, name)
-- One event name.
SELECT type, name, sum(count)::bigint, min(first_at), max(last_at), jsonb_object_agg(source, count)::text
FROM seen_event WHERE type = :type AND name = :name GROUP BY type, name;

-- name: properties_after(type, name, path, limit)
-- A page of the properties of a subject, in the order of their paths.
SELECT type, name, path, count, texts, numbers, booleans, lists, objects, nulls, contacts, first_at, last_at, sources,
       samples
FROM seen_property WHERE type = :type AND name = :name AND path > :path COLLATE "C" ORDER BY path LIMIT :limit;

-- name: beyond()
-- What found no room.
SELECT subject, count, first_at, last_at FROM seen_beyond ORDER BY subject;

-- name: plans()
-- Every plan in force.
SELECT type, name, position, expected::text FROM tracking_plan ORDER BY type, name;

-- name: put_plan(type, name, position, expected)!
-- Another plan of an event.
INSERT INTO tracking_plan (type, name, position, expected) VALUES (:type, :name, :position, :expected::text::jsonb)
ON CONFLICT (type, name) DO UPDATE SET position = EXCLUDED.position, expected = EXCLUDED.expected;

-- name: drop_plan(type, name)!
-- Nothing is expected of an event any more.
DELETE FROM tracking_plan WHERE type = :type AND name = :name;

-- name: count_plans()$
-- How many events have a plan.
SELECT count(*) FROM tracking_plan;

-- name: add_violations(types, names, paths, rules, counts, firsts, lasts, samples, most)!
-- What events of a batch break. Of the samples the latest stay.
INSERT INTO plan_violation AS v (type, name, path, rule, count, first_at, last_at, samples)
SELECT type, name, path, rule, count, first_at, last_at, ARRAY(SELECT jsonb_array_elements_text(samples::jsonb))
FROM unnest(:types::text[], :names::text[], :paths::text[], :rules::text[], :counts::bigint[], :firsts::bigint[],
            :lasts::bigint[], :samples::text[]) AS r (type, name, path, rule, count, first_at, last_at, samples)
ON CONFLICT (type, name, path, rule) DO UPDATE
SET count = v.count + EXCLUDED.count, last_at = EXCLUDED.last_at, samples = (EXCLUDED.samples || v.samples)[1 : :most];

-- name: violations_after(type, name, path, rule, limit)
-- A page of what events break.
SELECT type, name, path, rule, count, first_at, last_at, samples FROM plan_violation
WHERE (type, name, path, rule) > (:type COLLATE "C", :name COLLATE "C", :path COLLATE "C", :rule COLLATE "C")
ORDER BY type, name, path, rule LIMIT :limit;

-- name: notes(types, names, paths)
-- What people say of these.
SELECT n.type, n.name, n.path, en, ru, owner, is_personal, is_deprecated
FROM dictionary_note n JOIN unnest(:types::text[], :names::text[], :paths::text[]) AS r (type, name, path)
     ON (n.type, n.name, n.path) = (r.type, r.name, r.path);

-- name: put_note(type, name, path, en, ru, owner, is_personal, is_deprecated)!
-- What somebody says of one.
INSERT INTO dictionary_note (type, name, path, en, ru, owner, is_personal, is_deprecated)
VALUES (:type, :name, :path, :en, :ru, :owner, :is_personal, :is_deprecated)
ON CONFLICT (type, name, path) DO UPDATE
SET en = EXCLUDED.en, ru = EXCLUDED.ru, owner = EXCLUDED.owner, is_personal = EXCLUDED.is_personal,
    is_deprecated = EXCLUDED.is_deprecated;

-- name: is_known(type, name, path)$
-- Whether an event, a property or an attribute was seen.
SELECT CASE WHEN :path = '' THEN EXISTS (SELECT FROM seen_event WHERE type = :type AND name = :name)
            ELSE EXISTS (SELECT FROM seen_property WHERE type = :type AND name = :name AND path = :path) END;

-- name: forget_attribute_counts()!
-- Before profiles are counted anew.
DELETE FROM attribute_count;

-- name: add_attribute_counts(paths, profiles, at)!
-- How many profiles have which attribute.
INSERT INTO attribute_count (path, profiles, counted_at)
SELECT path, profiles, :at FROM unnest(:paths::text[], :profiles::bigint[]) AS r (path, profiles);

-- name: attribute_counts(paths)
-- How many profiles had these attributes when they were last counted.
SELECT path, profiles, counted_at FROM attribute_count WHERE path = ANY(:paths::text[]);
