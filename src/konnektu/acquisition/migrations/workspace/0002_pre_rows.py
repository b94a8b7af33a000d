"""Rights by rows: the arrivals of the people whom a limited caller sees."""

from alembic import op

from konnektu.storage.rows import open_of_people, open_whole

revision = "acquisition_0002"
down_revision = "acquisition_0001"
branch_labels = None
depends_on = "orders_0002"


def upgrade() -> None:
    """Open what a limited caller may read."""
    for statement in (*open_of_people("arrival", "profile"), *open_whole("marketing_source")):
        op.execute(statement)
