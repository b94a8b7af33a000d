"""Who was erased, apart from the workspaces, so that a restored backup forgets the same people."""

from alembic import op

revision = "privacy_control_0001"
down_revision = None
branch_labels = ("privacy_control",)
depends_on = None


def upgrade() -> None:
    """Make the table of erasures. It outlives the workspaces it speaks of."""
    op.execute(
        """
        CREATE TABLE erased (
            workspace uuid     NOT NULL,
            position  bigint   NOT NULL,
            instant   bigint   NOT NULL,
            atoms     bigint[] NOT NULL,
            hashes    bytea[]  NOT NULL,
            PRIMARY KEY (workspace, position, instant)
        )
        """
    )
