"""Rights by rows: people reached through the marketing sources that they came from, and the orders of these people."""

from alembic import op

from konnektu.storage.rows import reopen_table, within

revision = "orders_0004"
down_revision = "orders_0003"
branch_labels = None
depends_on = "acquisition_0002"

# As the owner, so that arrivals, which are open with their people, may be asked while people are opened.
CAME_WITHIN = """
CREATE FUNCTION came_within(person bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
RETURN EXISTS (
    SELECT FROM arrival AS a JOIN marketing_source AS s ON s.id = a.source
    WHERE a.profile = person AND person <> 0 AND jsonb_exists(row_limit() -> 'marketing_source', s.key)
)
"""


def came(person: str) -> str:
    """A condition: the limit names no marketing source, or the person came from one of them."""
    return f"((SELECT row_limit() -> 'marketing_source') IS NULL OR came_within({person}))"


ORDERS = " AND ".join([
    within("region", "region"),
    within("store", "store"),
    within("brand", "brand"),
    within("source", "source::text"),
    came("profile"),
])  # fmt: skip
# A person is seen by whoever sees an order of theirs; where the limit names only what a person has without any order,
# by whoever may see all that.
PEOPLE = f"""(
    EXISTS (SELECT FROM orders AS o WHERE o.profile = profile.id AND o.profile <> 0)
    OR (SELECT row_limit() - '{{region,marketing_source}}'::text[] = '{{}}'::jsonb)
        AND {within("region", "attributes #>> '{region,v}'")} AND {came("id")}
)"""
KEYS = within("marketing_source", "key")
ARRIVALS = """(
    EXISTS (SELECT FROM profile AS seen WHERE seen.id = arrival.profile)
    AND EXISTS (SELECT FROM marketing_source AS named WHERE named.id = arrival.source)
)"""


def upgrade() -> None:
    """Let limits name marketing sources."""
    op.execute(CAME_WITHIN)
    op.execute(reopen_table("orders", ORDERS))
    op.execute(reopen_table("profile", PEOPLE))
    op.execute(reopen_table("marketing_source", KEYS))
    op.execute(reopen_table("arrival", ARRIVALS))
