"""Profiles that name nobody, in the order of their making: their section is asked so."""

from alembic import op

revision = "profiles_0002"
down_revision = "profiles_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.execute("CREATE INDEX profile_unknown ON profile (id) WHERE NOT known")
