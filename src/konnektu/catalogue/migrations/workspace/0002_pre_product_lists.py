"""Products and stores of a state, in the order of their making and by name; products of a group in that order."""

from alembic import op

revision = "catalogue_0002"
down_revision = "catalogue_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes."""
    op.execute("CREATE INDEX product_state ON product (state, number)")
    op.execute("CREATE INDEX product_name ON product (state, name, number)")
    op.execute("CREATE INDEX product_of_group ON product (group_id, number) WHERE group_id <> ''")
