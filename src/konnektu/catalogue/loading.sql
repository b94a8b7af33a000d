-- name: begin_load(feed, kind, name, scope, sha256, now, by)<!
-- A load begins; nothing of it is in effect.
INSERT INTO catalogue_load (feed, kind, name, scope, sha256, started_at, started_by)
VALUES (:feed, :kind, :name, :scope, :sha256, :now, :by) RETURNING id;

-- name: end_load(id, state, version, numbers, staged, rejected, remarks, reason, now)!
-- What became of a load.
UPDATE catalogue_load
SET state = :state, version = :version, numbers = :numbers, staged = :staged, rejected = :rejected,
    remarks = :remarks, reason = :reason, finished_at = :now
WHERE id = :id;

-- name: find_load(id)^
-- One load.
SELECT id, feed, kind, name, scope, state, version, numbers, staged, rejected, remarks, reason, sha256,
       started_at, started_by, finished_at
FROM catalogue_load WHERE id = :id;

-- name: lock_load(id)^
-- The state of a load, which nobody else may end meanwhile.
SELECT state, staged FROM catalogue_load WHERE id = :id FOR UPDATE;

-- name: list_loads(before, limit, feed)
-- Loads, the latest first, of one feed or of all (feed NULL).
SELECT id, feed, kind, name, scope, state, version, numbers, staged, rejected, remarks, reason, sha256,
       started_at, started_by, finished_at
FROM catalogue_load
WHERE id < :before AND (CAST(:feed AS bigint) IS NULL OR feed = :feed) ORDER BY id DESC LIMIT :limit;

-- name: list_faults(load, after, limit)
-- What was wrong with the rows of a load, in the order of its source.
SELECT ordinal, number, id, reason, detail, is_kept, text
FROM catalogue_fault WHERE load = :load AND ordinal > :after ORDER BY ordinal LIMIT :limit;

-- name: deserted_loads(before)
-- Loads that were begun so long ago that whoever ran them is gone.
SELECT id FROM catalogue_load WHERE state = 'running' AND started_at < :before;

-- name: outdated_loads(feed, id)
-- Loads of the feed that wait for a person and that a later one has overtaken.
SELECT id FROM catalogue_load WHERE feed = :feed AND feed <> 0 AND state = 'suspicious' AND id < :id;

-- name: next_version()<!
-- The version of the load that takes effect; until it has, every other waits.
UPDATE catalogue_state SET version = version + 1 RETURNING version;

-- name: present_version()$
-- The version that stands, locked against those that would be next.
SELECT version FROM catalogue_state FOR UPDATE;

-- name: mark_origin(feed, version)!
-- A full load of the feed has named all that stands of it.
INSERT INTO catalogue_origin (feed, version) VALUES (:feed, :version)
ON CONFLICT (feed) DO UPDATE SET version = excluded.version;

-- name: refuse_repeated_products(load)!
-- Of rows with one id the first stands.
WITH extra AS (
    DELETE FROM staged_product s
    USING (SELECT id, min(number) AS first FROM staged_product WHERE load = :load GROUP BY id HAVING count(*) > 1) d
    WHERE s.load = :load AND s.id = d.id AND s.number > d.first
    RETURNING s.number, s.id, d.first
)
INSERT INTO catalogue_fault (load, number, id, reason, detail, is_kept, text)
SELECT :load, number, id, 'repeated', 'The id stands in row ' || first || ' already.', false, '' FROM extra;

-- name: refuse_repeated_categories(load)!
-- Of rows with one id the first stands.
WITH extra AS (
    DELETE FROM staged_category s
    USING (SELECT id, min(number) AS first FROM staged_category WHERE load = :load GROUP BY id HAVING count(*) > 1) d
    WHERE s.load = :load AND s.id = d.id AND s.number > d.first
    RETURNING s.number, s.id, d.first
)
INSERT INTO catalogue_fault (load, number, id, reason, detail, is_kept, text)
SELECT :load, number, id, 'repeated', 'The id stands in row ' || first || ' already.', false, '' FROM extra;

-- name: refuse_repeated_stores(load)!
-- Of rows with one code the first stands.
WITH extra AS (
    DELETE FROM staged_store s
    USING (SELECT id, min(number) AS first FROM staged_store WHERE load = :load GROUP BY id HAVING count(*) > 1) d
    WHERE s.load = :load AND s.id = d.id AND s.number > d.first
    RETURNING s.number, s.id, d.first
)
INSERT INTO catalogue_fault (load, number, id, reason, detail, is_kept, text)
SELECT :load, number, id, 'repeated', 'The id stands in row ' || first || ' already.', false, '' FROM extra;

-- name: refuse_repeated_stock(load)!
-- Of rows of one product in one place the first stands.
WITH extra AS (
    DELETE FROM staged_stock s
    USING (SELECT product, store, region, min(number) AS first, min(ctid) AS place FROM staged_stock
           WHERE load = :load GROUP BY product, store, region HAVING count(*) > 1) d
    WHERE s.load = :load AND s.product = d.product AND s.store = d.store AND s.region = d.region
      AND s.ctid <> d.place
    RETURNING s.number, s.product, d.first
)
INSERT INTO catalogue_fault (load, number, id, reason, detail, is_kept, text)
SELECT :load, number, product, 'repeated', 'Its stock there stands in row ' || first || ' already.', false, ''
FROM extra;

-- name: staged_counts(load)^
-- How many rows of each sort are staged.
SELECT (SELECT count(*) FROM staged_product WHERE load = :load),
       (SELECT count(*) FROM staged_category WHERE load = :load AND NOT is_refused),
       (SELECT count(*) FROM staged_store WHERE load = :load),
       (SELECT count(*) FROM staged_stock WHERE load = :load),
       (SELECT count(*) FROM staged_gone WHERE load = :load);

-- name: active_products(feed)$
-- How many products of the feed stand.
SELECT count(*) FROM product WHERE feed = :feed AND state = 'active';

-- name: unnamed_products(load, feed)$
-- How many products of the feed stand that the load does not name.
SELECT count(*) FROM product p WHERE p.feed = :feed AND p.state = 'active'
AND NOT EXISTS (SELECT FROM staged_product s WHERE s.load = :load AND s.id = p.id);

-- name: change_products(load, feed, version)!
-- Products whose content is another, or that come back.
UPDATE product p
SET name = s.name, group_id = s.group_id, category = s.category, brand = s.brand, price = s.price,
    old_price = s.old_price, currency = s.currency, pictures = s.pictures, link = s.link, barcodes = s.barcodes,
    sku = s.sku, available = s.available, description = s.description, params = s.params, words = s.words,
    hash = s.hash, state = 'active', feed = :feed, version = :version
FROM staged_product s WHERE s.load = :load AND s.id = p.id AND (s.hash <> p.hash OR p.state <> 'active');

-- name: touch_products(load, feed, version, is_full)!
-- Products that are told as they stand. A full load tells all of its feed at once, and writes only what another told.
UPDATE product p SET feed = :feed, version = :version
FROM staged_product s
WHERE s.load = :load AND s.id = p.id AND p.version <> :version AND (NOT :is_full OR p.feed <> :feed);

-- name: add_products(load, feed, version)!
-- Products that nobody told before.
INSERT INTO product (id, name, group_id, category, brand, price, old_price, currency, pictures, link, barcodes, sku,
                     available, description, params, words, hash, feed, version)
SELECT s.id, s.name, s.group_id, s.category, s.brand, s.price, s.old_price, s.currency, s.pictures, s.link,
       s.barcodes, s.sku, s.available, s.description, s.params, s.words, s.hash, :feed, :version
FROM staged_product s
WHERE s.load = :load AND NOT EXISTS (SELECT FROM product p WHERE p.id = s.id) ORDER BY s.number;

-- name: drop_unnamed_products(load, feed, version)!
-- A full load does not name them.
UPDATE product p SET state = 'gone', version = :version WHERE p.feed = :feed AND p.state = 'active'
AND NOT EXISTS (SELECT FROM staged_product s WHERE s.load = :load AND s.id = p.id);

-- name: drop_named_products(load, version)!
-- The load takes them away.
UPDATE product p SET state = 'gone', version = :version
FROM staged_gone g WHERE g.load = :load AND g.subject = 'products' AND g.id = p.id AND p.state = 'active';

-- name: standing_parents()
-- The category tree as it stands.
SELECT id, parent FROM category WHERE state = 'active';

-- name: staged_parents(load)
-- The category tree as it is told.
SELECT id, parent FROM staged_category WHERE load = :load;

-- name: refuse_categories(load, ids, details)!
-- Categories that stand in a circle: named, not taken.
WITH refused AS (
    UPDATE staged_category s SET is_refused = true
    FROM unnest(CAST(:ids AS text[]), CAST(:details AS text[])) AS c(id, detail)
    WHERE s.load = :load AND s.id = c.id RETURNING s.number, s.id, c.detail
)
INSERT INTO catalogue_fault (load, number, id, reason, detail, is_kept, text)
SELECT :load, number, id, 'cycle', detail, false, '' FROM refused;

-- name: change_categories(load, feed, version)!
-- Categories whose content is another, or that come back.
UPDATE category c SET name = s.name, parent = s.parent, hash = s.hash, state = 'active', feed = :feed, version = :version
FROM staged_category s
WHERE s.load = :load AND NOT s.is_refused AND s.id = c.id AND (s.hash <> c.hash OR c.state <> 'active');

-- name: touch_categories(load, feed, version, is_full)!
-- Categories that are told as they stand.
UPDATE category c SET feed = :feed, version = :version
FROM staged_category s
WHERE s.load = :load AND NOT s.is_refused AND s.id = c.id AND c.version <> :version
  AND (NOT :is_full OR c.feed <> :feed);

-- name: add_categories(load, feed, version)!
-- Categories that nobody told before.
INSERT INTO category (id, name, parent, hash, feed, version)
SELECT s.id, s.name, s.parent, s.hash, :feed, :version FROM staged_category s
WHERE s.load = :load AND NOT s.is_refused AND NOT EXISTS (SELECT FROM category c WHERE c.id = s.id)
ORDER BY s.number;

-- name: drop_unnamed_categories(load, feed, version)!
-- A full load does not name them.
UPDATE category c SET state = 'gone', version = :version WHERE c.feed = :feed AND c.state = 'active'
AND NOT EXISTS (SELECT FROM staged_category s WHERE s.load = :load AND s.id = c.id);

-- name: drop_named_categories(load, version)!
-- The load takes them away.
UPDATE category c SET state = 'gone', version = :version
FROM staged_gone g WHERE g.load = :load AND g.subject = 'categories' AND g.id = c.id AND c.state = 'active';

-- name: set_paths(ids, paths, version)!
-- Paths that are other than they were; each comes as its ids joined by unit separators.
UPDATE category c SET path = string_to_array(p.path, chr(31)), version = :version
FROM unnest(CAST(:ids AS text[]), CAST(:paths AS text[])) AS p(id, path)
WHERE c.id = p.id AND c.path <> string_to_array(p.path, chr(31));

-- name: change_stores(load, feed, version)!
-- Stores whose content is another, or that come back.
UPDATE store t
SET name = s.name, address = s.address, zone = s.zone, region = s.region, latitude = s.latitude,
    longitude = s.longitude, opening_hours = s.opening_hours, hash = s.hash, state = 'active', feed = :feed,
    version = :version
FROM staged_store s WHERE s.load = :load AND s.id = t.id AND (s.hash <> t.hash OR t.state <> 'active');

-- name: touch_stores(load, feed, version, is_full)!
-- Stores that are told as they stand.
UPDATE store t SET feed = :feed, version = :version
FROM staged_store s
WHERE s.load = :load AND s.id = t.id AND t.version <> :version AND (NOT :is_full OR t.feed <> :feed);

-- name: add_stores(load, feed, version)!
-- Stores that nobody told before.
INSERT INTO store (id, name, address, zone, region, latitude, longitude, opening_hours, hash, feed, version)
SELECT s.id, s.name, s.address, s.zone, s.region, s.latitude, s.longitude, s.opening_hours, s.hash, :feed, :version
FROM staged_store s
WHERE s.load = :load AND NOT EXISTS (SELECT FROM store t WHERE t.id = s.id) ORDER BY s.number;

-- name: drop_unnamed_stores(load, feed, version)!
-- A full load does not name them.
UPDATE store t SET state = 'gone', version = :version WHERE t.feed = :feed AND t.state = 'active'
AND NOT EXISTS (SELECT FROM staged_store s WHERE s.load = :load AND s.id = t.id);

-- name: drop_named_stores(load, version)!
-- The load takes them away.
UPDATE store t SET state = 'gone', version = :version
FROM staged_gone g WHERE g.load = :load AND g.subject = 'stores' AND g.id = t.id AND t.state = 'active';

-- name: change_stock(load, feed, version)!
-- Stock that is another.
UPDATE stock t SET quantity = s.quantity, feed = :feed, version = :version
FROM staged_stock s
WHERE s.load = :load AND s.product = t.product AND s.store = t.store AND s.region = t.region
  AND s.quantity <> t.quantity;

-- name: touch_stock(load, feed, version, is_full)!
-- Stock that is told as it stands.
UPDATE stock t SET feed = :feed, version = :version
FROM staged_stock s
WHERE s.load = :load AND s.product = t.product AND s.store = t.store AND s.region = t.region
  AND t.version <> :version AND (NOT :is_full OR t.feed <> :feed);

-- name: add_stock(load, feed, version)!
-- Stock that nobody told before.
INSERT INTO stock (product, store, region, quantity, feed, version)
SELECT s.product, s.store, s.region, s.quantity, :feed, :version FROM staged_stock s
WHERE s.load = :load AND NOT EXISTS (
    SELECT FROM stock t WHERE t.product = s.product AND t.store = s.store AND t.region = s.region);

-- name: drop_unnamed_stock(load, feed)!
-- A full load does not name it; a number that nobody vouches for is worse than none.
DELETE FROM stock t WHERE t.feed = :feed AND NOT EXISTS (
    SELECT FROM staged_stock s
    WHERE s.load = :load AND s.product = t.product AND s.store = t.store AND s.region = t.region);

-- name: count_faults(load)^
-- Rows that were refused, and rows that were taken without a part, as far as they are kept.
SELECT count(*) FILTER (WHERE NOT is_kept), count(*) FILTER (WHERE is_kept) FROM catalogue_fault WHERE load = :load;

-- name: forget_staged_products(loads)!
-- Staged rows that nobody needs.
DELETE FROM staged_product WHERE load = ANY(:loads);

-- name: forget_staged_categories(loads)!
-- Staged rows that nobody needs.
DELETE FROM staged_category WHERE load = ANY(:loads);

-- name: forget_staged_stores(loads)!
-- Staged rows that nobody needs.
DELETE FROM staged_store WHERE load = ANY(:loads);

-- name: forget_staged_stock(loads)!
-- Staged rows that nobody needs.
DELETE FROM staged_stock WHERE load = ANY(:loads);

-- name: forget_staged_gone(loads)!
-- Staged rows that nobody needs.
DELETE FROM staged_gone WHERE load = ANY(:loads);

-- name: discard_loads(loads, reason, state, now)!
-- Loads that will not take effect.
UPDATE catalogue_load SET state = :state, reason = :reason, finished_at = :now WHERE id = ANY(:loads);
