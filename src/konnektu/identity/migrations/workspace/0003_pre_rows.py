"""Rights by rows: the decisions about the people whom a limited caller sees, where they concern nobody else."""

from alembic import op

from konnektu.storage.rows import open_table

revision = "identity_0003"
down_revision = "identity_0002"
branch_labels = None
depends_on = "orders_0002"

DECISIONS = """(
    EXISTS (SELECT FROM identifier AS i WHERE i.atom = decision.atom)
    AND (other = 0 OR EXISTS (SELECT FROM identifier AS i WHERE i.atom = decision.other))
    AND (other_atom = 0 OR EXISTS (SELECT FROM identifier AS i WHERE i.atom = decision.other_atom))
)"""


def upgrade() -> None:
    """Open what a limited caller may read."""
    for statement in open_table("decision", DECISIONS):
        op.execute(statement)
