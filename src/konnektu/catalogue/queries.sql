-- name: subtree(category)
-- A category with all below it; the category itself also where nobody told of it.
SELECT id FROM category WHERE path @> ARRAY[CAST(:category AS text)] UNION SELECT CAST(:category AS text);

-- name: find_category(id)^
-- One category.
SELECT number, id, name, parent, path, state, feed, version FROM category WHERE id = :id;

-- name: list_categories(after, limit, with_gone)
-- Categories in the order of their making.
SELECT number, id, name, parent, path, state, feed, version FROM category
WHERE number > :after AND (:with_gone OR state = 'active') ORDER BY number LIMIT :limit;

-- name: find_store(id)^
-- One store.
SELECT number, id, name, address, zone, region, latitude, longitude, opening_hours, state, feed, version
FROM store WHERE id = :id;

-- name: list_stores(after, limit, region, with_gone)
-- Stores in the order of their making.
SELECT number, id, name, address, zone, region, latitude, longitude, opening_hours, state, feed, version FROM store
WHERE number > :after AND (:with_gone OR state = 'active') AND (:region = '' OR region = :region)
ORDER BY number LIMIT :limit;

-- name: list_stock(product, store, region, after_product, after_store, after_region, limit)
-- Stock by product, store and region.
SELECT product, store, region, quantity, feed, version FROM stock
WHERE (:product = '' OR product = :product) AND (:store = '' OR store = :store) AND (:region = '' OR region = :region)
  AND (product, store, region) > (:after_product, :after_store, :after_region)
ORDER BY product, store, region LIMIT :limit;

-- name: origins()
-- The version of each feed's last full load.
SELECT feed, version FROM catalogue_origin;

-- name: loads_of_versions(versions)
-- Which loads took effect as these versions.
SELECT version, id, started_at FROM catalogue_load WHERE version = ANY(:versions);

-- name: products_by_ids(ids)
-- Products by external ids.
SELECT number, id, name, group_id, category, brand, price, old_price, currency, pictures, link, barcodes, sku,
       available, description, params, state, feed, version
FROM product WHERE id = ANY(:ids);

-- name: mirrored()^
-- The version that stands, and the one up to which the event store knows the catalogue.
SELECT version, mirrored FROM catalogue_state;

-- name: mirror_anew()!
-- Let everything be carried to an event store that knows nothing.
UPDATE catalogue_state SET mirrored = 0;

-- name: set_mirrored(version)!
-- The event store knows the catalogue up to this version.
UPDATE catalogue_state SET mirrored = greatest(mirrored, :version);

-- name: products_since(version, upto, after, limit)
-- Products that loads behind a version have told, in the order of their making.
SELECT number, id, group_id, name, category, brand, price, old_price, currency, sku, available, state, version
FROM product WHERE version > :version AND version <= :upto AND number > :after ORDER BY number LIMIT :limit;

-- name: categories_since(version, upto, after, limit)
-- Categories that loads behind a version have told.
SELECT number, id, parent, name, path, state, version
FROM category WHERE version > :version AND version <= :upto AND number > :after ORDER BY number LIMIT :limit;

-- name: stores_since(version, upto, after, limit)
-- Stores that loads behind a version have told.
SELECT number, id, name, address, zone, region, latitude, longitude, state, version
FROM store WHERE version > :version AND version <= :upto AND number > :after ORDER BY number LIMIT :limit;
