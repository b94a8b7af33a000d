"""What was removed for its age, apart from the workspaces, so that a restored backup loses the same."""

from alembic import op

revision = "privacy_control_0002"
down_revision = "privacy_control_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of retention runs. It outlives the workspaces it speaks of."""
    op.execute(
        """
        CREATE TABLE aged (
            workspace uuid   NOT NULL,
            position  bigint NOT NULL,
            instant   bigint NOT NULL,
            cuts      jsonb  NOT NULL,
            PRIMARY KEY (workspace, position, instant)
        )
        """
    )
