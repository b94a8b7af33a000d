"""Rights by rows: the brands, stores and regions of the catalogue that a limited caller sees."""

from alembic import op

from konnektu.storage.rows import open_table, open_whole, within

revision = "catalogue_0003"
down_revision = "catalogue_0002"
branch_labels = None
depends_on = "orders_0002"

STORES = " AND ".join([within("store", "id"), within("region", "region")])
# Stock stands in a store or in a region; what stands in a store stands in the store's region.
PLACE = (
    "CASE WHEN region <> '' THEN region ELSE (SELECT s.region FROM store AS s WHERE s.id = stock.store) END"
)
STOCK = " AND ".join([
    within("store", "store"),
    within("region", PLACE),
    "((SELECT row_limit() -> 'brand') IS NULL OR EXISTS (SELECT FROM product AS p WHERE p.id = stock.product))",
])  # fmt: skip


def upgrade() -> None:
    """Open what a limited caller may read."""
    statements = [
        *open_table("product", within("brand", "brand")),
        *open_table("store", STORES),
        *open_table("stock", STOCK),
        *open_whole("category"),
        *open_whole("catalogue_origin"),
        *open_whole("catalogue_load"),
    ]
    for statement in statements:
        op.execute(statement)
