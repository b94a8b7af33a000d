"""What the base takes on disk. In: a base. Out: bytes by table and index, and a person's, an order's, a fact's."""

from collections.abc import Iterator

from konnektu.bench.base.seeding import Base
from konnektu.bench.report import Result, result
from konnektu.bench.world import World

MEGABYTE = 2**20
LEAST_SHARE = 0.01
"""Relations below this share of the whole are not named."""
RELATIONS = """
SELECT c.relname, pg_relation_size(c.oid) + CASE WHEN c.relkind = 'r' THEN coalesce(pg_total_relation_size(
           nullif(c.reltoastrelid, 0)), 0) ELSE 0 END
FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'i') ORDER BY 2 DESC
"""
ORDERS = ("orders", "order_figures")
PEOPLE = ("person", "identifier", "decision", "profile", "tag", "consent", "arrival", "product_list")
PARTS = (
    "SELECT sum(rows), sum(bytes_on_disk) FROM system.parts"
    " WHERE active AND database = {database:String} AND table = 'fact'"
)


def sizes(here: World, base: Base) -> Iterator[Result]:
    """Sizes of the base as it was made; those of the event store from the facts that went there."""
    with here.storage.workspace(here.workspace).read() as db:
        relations = dict(db.execute(RELATIONS).fetchall())
        totals = {
            table: db.execute("SELECT pg_total_relation_size(%s::regclass)", [table]).fetchall()[0][0]
            for table in (*ORDERS, *PEOPLE, "product", "stock")
        }
    whole = sum(relations.values())
    yield result("base.size", whole / MEGABYTE, "MB")
    for name, size in relations.items():
        if size >= whole * LEAST_SHARE:
            yield result(f"base.size.{name}", size / MEGABYTE, "MB")
    count = base.people * base.setting.orders
    yield result(
        "base.bytes_a_person", sum(totals[one] for one in PEOPLE) / base.people, "bytes, without orders"
    )
    yield result("base.bytes_an_order", sum(totals[one] for one in ORDERS) / count, "bytes")
    facts, held = _events(here)
    yield result("base.event_store.bytes_a_fact", held / facts, "bytes")
    yield result(
        "base.event_store.whole",
        held / facts * base.facts * base.copies / MEGABYTE,
        "MB for the facts of all",
    )


def _events(here: World) -> tuple[int, int]:
    """(facts, bytes on disk) of what the event store holds, its small parts joined."""
    history = here.storage.history(here.workspace)
    history.command("OPTIMIZE TABLE fact FINAL")
    facts, held = history.rows(PARTS, {"database": history.database})[0]
    return int(facts), int(held)
