"""Rights by rows: the records of the people whom a limited caller sees."""

from alembic import op

from konnektu.storage.rows import open_of_people

revision = "related_0002"
down_revision = "related_0001"
branch_labels = None
depends_on = "orders_0002"


def upgrade() -> None:
    """Open what a limited caller may read."""
    for statement in open_of_people("record", "profile"):
        op.execute(statement)
