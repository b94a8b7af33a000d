"""Rights by rows: the product lists of the people whom a limited caller sees."""

from alembic import op

from konnektu.storage.rows import open_of_people

revision = "product_lists_0002"
down_revision = "product_lists_0001"
branch_labels = None
depends_on = "orders_0002"


def upgrade() -> None:
    """Open what a limited caller may read."""
    for statement in open_of_people("product_list", "profile"):
        op.execute(statement)
