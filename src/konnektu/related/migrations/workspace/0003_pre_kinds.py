"""Rights by rows: the kinds of records, and what was said of the records that a limited caller sees."""

from alembic import op

from konnektu.storage.rows import open_table, open_whole

revision = "related_0003"
down_revision = "related_0002"
branch_labels = None
depends_on = None

SAID = """EXISTS (
    SELECT FROM record AS seen WHERE seen.kind = record_version.kind AND seen.id = record_version.id
)"""


def upgrade() -> None:
    """Open what a limited caller may read."""
    for statement in (*open_whole("record_kind"), *open_table("record_version", SAID)):
        op.execute(statement)
