"""Rights by rows: the orders within a caller's limit, and the people whom it reaches."""

from alembic import op

from konnektu.storage.rows import LIMIT_FUNCTION, open_of_people, open_table, open_whole, within

revision = "orders_0002"
down_revision = "orders_0001"
branch_labels = None
depends_on = ("identity_0001", "profiles_0001")

ORDERS = " AND ".join(
    [
        within("region", "region"),
        within("store", "store"),
        within("brand", "brand"),
        within("source", "source::text"),
    ]
)
# Policies of orders hold inside this too: a person is seen by whoever sees an order of theirs. Who is limited to
# regions alone sees the people of these regions besides.
PEOPLE = """(
    EXISTS (SELECT FROM orders AS o WHERE o.profile = profile.id AND o.profile <> 0)
    OR (SELECT row_limit() - 'region' = '{}'::jsonb)
        AND jsonb_exists((SELECT row_limit() -> 'region'), attributes #>> '{region,v}')
)"""


def upgrade() -> None:
    """Open what a limited caller may read."""
    op.execute(LIMIT_FUNCTION)
    statements = [
        *open_table("orders", ORDERS),
        *open_table("profile", PEOPLE),
        *open_of_people("person", "id"),
        *open_of_people("identifier", "profile"),
        *open_of_people("tag", "profile"),
        *open_of_people("consent", "profile"),
        *open_whole("identity_rules"),
        *open_whole("order_stages"),
    ]
    for statement in statements:
        op.execute(statement)
