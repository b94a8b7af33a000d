-- name: load_orders(numbers)
-- The orders that a batch names.
SELECT number, atom, profile, status, stage, stage_at, currency, gross, returned, net, is_returned, ordered_at,
       position, state
FROM orders WHERE number = ANY(:numbers::text[]);

-- name: orders_of_people(profiles)
-- Every order of these people.
SELECT number, atom, profile, status, stage, stage_at, currency, gross, returned, net, is_returned, ordered_at,
       position, state
FROM orders WHERE profile = ANY(:profiles::bigint[]) AND profile <> 0 ORDER BY profile, number;

-- name: put_orders(numbers, atoms, profiles, sources, statuses, stages, stage_ats, currencies, gross, returned, net, whole, ordered, positions, stores, regions, brands, states)!
-- Orders as a batch leaves them.
INSERT INTO orders (number, atom, profile, source, status, stage, stage_at, currency, gross, returned, net, is_returned,
                    ordered_at, position, store, region, brand, state)
SELECT * FROM unnest(:numbers::text[], :atoms::bigint[], :profiles::bigint[], :sources::bigint[], :statuses::text[],
                     :stages::text[], :stage_ats::bigint[], :currencies::text[], :gross::bigint[], :returned::bigint[],
                     :net::bigint[], :whole::boolean[], :ordered::bigint[], :positions::bigint[], :stores::text[],
                     :regions::text[], :brands::text[], :states::bytea[])
ON CONFLICT (number) DO UPDATE
SET atom = EXCLUDED.atom, profile = EXCLUDED.profile, source = EXCLUDED.source, status = EXCLUDED.status,
    stage = EXCLUDED.stage, stage_at = EXCLUDED.stage_at, currency = EXCLUDED.currency, gross = EXCLUDED.gross,
    returned = EXCLUDED.returned, net = EXCLUDED.net, is_returned = EXCLUDED.is_returned,
    ordered_at = EXCLUDED.ordered_at, position = EXCLUDED.position, store = EXCLUDED.store, region = EXCLUDED.region,
    brand = EXCLUDED.brand, state = EXCLUDED.state;

-- name: merge_orders(losers, winners)
-- Orders of a loser are the winner's.
UPDATE orders SET profile = r.winner
FROM unnest(:losers::bigint[], :winners::bigint[]) AS r(loser, winner) WHERE orders.profile = r.loser
RETURNING r.loser, r.winner;

-- name: part_orders(leaving, staying, moved)!
-- Orders go with their owners' atoms to the sides of a cut.
UPDATE orders SET profile = CASE WHEN atom = ANY(:moved::bigint[]) THEN :leaving ELSE :staying END
WHERE profile IN (:leaving, :staying);

-- name: put_figures(profiles)!
-- The figures of these people, from their orders and from nothing else; of those who have none, no row.
-- A purchase is an order that was neither cancelled nor wholly returned.
WITH fresh AS (
    SELECT profile, currency, count(*) AS orders, count(*) FILTER (WHERE is_purchase) AS purchases, sum(gross) AS gross,
           coalesce(sum(gross) FILTER (WHERE stage = 'cancelled'), 0) AS cancelled,
           coalesce(sum(gross - net) FILTER (WHERE stage <> 'cancelled'), 0) AS returned, sum(net) AS net,
           coalesce(round(sum(net) / nullif(count(*) FILTER (WHERE is_purchase), 0)), 0) AS average,
           coalesce(max(net) FILTER (WHERE is_purchase), 0) AS largest,
           min(ordered_at) FILTER (WHERE is_purchase) AS first_at,
           max(ordered_at) FILTER (WHERE is_purchase) AS last_at
    FROM (SELECT *, stage NOT IN ('cancelled', 'returned') AS is_purchase FROM orders
          WHERE profile = ANY(:profiles::bigint[]) AND profile <> 0) AS o
    GROUP BY profile, currency
), gone AS (
    DELETE FROM order_figures f WHERE profile = ANY(:profiles::bigint[])
        AND NOT EXISTS (SELECT FROM fresh WHERE fresh.profile = f.profile AND fresh.currency = f.currency)
)
INSERT INTO order_figures AS f (profile, currency, orders, purchases, gross, cancelled, returned, net, average, largest,
                                first_at, last_at)
SELECT profile, currency, orders, purchases, gross, cancelled, returned, net, average, largest, first_at, last_at
FROM fresh
ON CONFLICT (profile, currency) DO UPDATE
SET orders = EXCLUDED.orders, purchases = EXCLUDED.purchases, gross = EXCLUDED.gross, cancelled = EXCLUDED.cancelled,
    returned = EXCLUDED.returned, net = EXCLUDED.net, average = EXCLUDED.average, largest = EXCLUDED.largest,
    first_at = EXCLUDED.first_at, last_at = EXCLUDED.last_at;

-- name: stages()$
-- The mapping of statuses in force; nothing where none was ever stated.
SELECT stages::text FROM order_stages;

-- name: terms()^
-- The mapping of statuses and the currency of orders that name none, as they are in force.
SELECT (SELECT stages::text FROM order_stages), (SELECT currency FROM order_currency);

-- name: put_currency(position, currency)!
-- Another currency of orders that name none.
INSERT INTO order_currency (position, currency) VALUES (:position, :currency)
ON CONFLICT (is_only) DO UPDATE SET position = EXCLUDED.position, currency = EXCLUDED.currency;

-- name: put_currencies(positions, currencies)!
-- From where on which currency holds.
INSERT INTO order_currency_from (position, currency)
SELECT * FROM unnest(:positions::bigint[], :currencies::text[]) ON CONFLICT (position) DO NOTHING;

-- name: currencies()
-- From where on which currency held, in order.
SELECT position, currency FROM order_currency_from ORDER BY position;

-- name: put_stages(position, stages)!
-- Another mapping of statuses.
INSERT INTO order_stages (position, stages) VALUES (:position, :stages::text::jsonb)
ON CONFLICT (is_only) DO UPDATE SET position = EXCLUDED.position, stages = EXCLUDED.stages;

-- name: statuses()
-- Every status that some order stands at.
SELECT DISTINCT status FROM orders;

-- name: map_orders(statuses, stages)
-- Orders whose status is mapped anew, as `logic.standing` and `logic.figures` would have them.
UPDATE orders SET stage = n.stage, net = CASE WHEN n.stage IN ('cancelled', 'returned') THEN 0 ELSE gross - returned END
FROM (
    SELECT number AS key,
           CASE WHEN r.stage IN ('cancelled', 'returned') THEN r.stage WHEN is_returned THEN 'returned'
                WHEN returned > 0 THEN 'partly_returned' ELSE r.stage END AS stage
    FROM orders o JOIN unnest(:statuses::text[], :stages::text[]) AS r(status, stage) ON o.status = r.status
) AS n
WHERE number = n.key AND orders.stage <> n.stage
RETURNING profile;

-- name: erase_orders(profiles)
-- The orders of erased people; their numbers.
DELETE FROM orders WHERE profile = ANY(:profiles::bigint[]) AND profile <> 0 RETURNING number;

-- name: erase_figures(profiles)!
-- The figures of erased people.
DELETE FROM order_figures WHERE profile = ANY(:profiles::bigint[]);

-- name: order_of(number)^
-- One order for reading.
SELECT number, atom, profile, status, stage, stage_at, currency, gross, returned, net, is_returned, ordered_at,
       position, state
FROM orders WHERE number = :number;

-- name: orders_before(stages, stores, currency, since, until, time, number, limit)
-- A page of orders, the latest first. An empty list of stages or stores and an empty currency mean every one.
SELECT number, atom, profile, status, stage, stage_at, currency, gross, returned, net, is_returned, ordered_at,
       position, state
FROM orders
WHERE (ordered_at, number) < (:time, :number COLLATE "C") AND ordered_at >= :since AND ordered_at < :until
  AND (cardinality(:stages::text[]) = 0 OR stage = ANY(:stages::text[]))
  AND (cardinality(:stores::text[]) = 0 OR store = ANY(:stores::text[]))
  AND (:currency = '' OR currency = :currency)
ORDER BY ordered_at DESC, number DESC LIMIT :limit;

-- name: orders_of_before(profile, stages, stores, currency, since, until, time, number, limit)
-- The same of one person.
SELECT number, atom, profile, status, stage, stage_at, currency, gross, returned, net, is_returned, ordered_at,
       position, state
FROM orders
WHERE profile = :profile AND profile <> 0
  AND (ordered_at, number) < (:time, :number COLLATE "C") AND ordered_at >= :since AND ordered_at < :until
  AND (cardinality(:stages::text[]) = 0 OR stage = ANY(:stages::text[]))
  AND (cardinality(:stores::text[]) = 0 OR store = ANY(:stores::text[]))
  AND (:currency = '' OR currency = :currency)
ORDER BY ordered_at DESC, number DESC LIMIT :limit;

-- name: figures_of(profiles)
-- The figures of these people, by currency.
SELECT profile, currency, orders, purchases, gross::text, cancelled::text, returned::text, net::text, average::text,
       largest, first_at, last_at
FROM order_figures WHERE profile = ANY(:profiles::bigint[]) ORDER BY profile, currency;

-- name: worth_after(profile, currency, limit)
-- A page of what everybody has bought, by person and currency.
SELECT profile, currency, purchases, net::text FROM order_figures
WHERE (profile, currency) > (:profile, :currency) ORDER BY profile, currency LIMIT :limit;

-- name: figures_within(profiles)
-- The same, of those of their orders that the asker may see: what a limited role reads in place of the rows.
SELECT profile, currency, count(*) AS orders, count(*) FILTER (WHERE is_purchase) AS purchases, sum(gross)::numeric AS gross,
       coalesce(sum(gross) FILTER (WHERE stage = 'cancelled'), 0)::numeric AS cancelled,
       coalesce(sum(gross - net) FILTER (WHERE stage <> 'cancelled'), 0)::numeric AS returned, sum(net)::numeric AS net,
       coalesce(round(sum(net) / nullif(count(*) FILTER (WHERE is_purchase), 0)), 0) AS average,
       coalesce(max(net) FILTER (WHERE is_purchase), 0) AS largest,
       min(ordered_at) FILTER (WHERE is_purchase) AS first_at,
       max(ordered_at) FILTER (WHERE is_purchase) AS last_at
FROM (SELECT *, stage NOT IN ('cancelled', 'returned') AS is_purchase FROM orders
      WHERE profile = ANY(:profiles::bigint[]) AND profile <> 0) AS o
GROUP BY profile, currency ORDER BY profile, currency;

-- name: existing(numbers)
-- Which of these orders there are.
SELECT number FROM orders WHERE number = ANY(:numbers::text[]);

-- name: unmapped()
-- Statuses that are mapped to no stage, with how many orders stand at them.
SELECT status, count(*) FROM orders WHERE stage = '' GROUP BY status ORDER BY 2 DESC, 1 LIMIT 200;

-- name: bury(hashes, position)!
-- Numbers that were erased, as keyed hashes, at a position.
INSERT INTO order_tombstone (hash, position) SELECT hash, :position FROM unnest(:hashes::bytea[]) AS hash
ON CONFLICT (hash) DO UPDATE SET position = greatest(order_tombstone.position, EXCLUDED.position);

-- name: buried(hashes)
-- Where these numbers were last erased.
SELECT hash, position FROM order_tombstone WHERE hash = ANY(:hashes::bytea[]);

-- name: beginning(low, high, limit)
-- Orders by the beginning of their number.
SELECT number, atom, profile, status, stage, stage_at, currency, gross, returned, net, is_returned, ordered_at,
       position, state
FROM orders WHERE number >= :low COLLATE "C" AND number < :high COLLATE "C" ORDER BY number LIMIT :limit;
