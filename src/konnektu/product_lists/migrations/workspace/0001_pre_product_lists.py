"""Lists of products by atom."""

from alembic import op

revision = "product_lists_0001"
down_revision = None
branch_labels = ("product_lists",)
depends_on = None


def upgrade() -> None:
    """Make the table of product lists."""
    op.execute(
        """
        CREATE TABLE product_list (
            atom    bigint  NOT NULL,
            list    text COLLATE "C" NOT NULL,
            profile bigint  NOT NULL,
            is_own  boolean NOT NULL,
            state   bytea   NOT NULL,
            PRIMARY KEY (atom, list)
        ) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05)
        """
    )
    # Lists that every project has come first, so that no number of others hides them.
    op.execute("CREATE INDEX product_list_of_profile ON product_list (profile, is_own, list, atom)")
