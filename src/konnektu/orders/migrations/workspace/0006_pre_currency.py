"""The currency of orders that name none."""

from alembic import op

from konnektu.storage.rows import open_whole

revision = "orders_0006"
down_revision = "orders_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep the currency in force; nothing where none was ever stated."""
    op.execute(
        """
        CREATE TABLE order_currency (
            is_only  boolean PRIMARY KEY DEFAULT true CHECK (is_only),
            position bigint  NOT NULL,
            currency text    NOT NULL
        )
        """
    )
    for statement in open_whole("order_currency"):
        op.execute(statement)
