"""People by their names, from either end: a search finds them by the beginnings of words."""

from alembic import op

revision = "profiles_0003"
down_revision = "profiles_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the columns and their indexes. Columns of their own: `attributes` itself changes too often for an index."""
    op.execute(
        f"""
        ALTER TABLE profile
            ADD COLUMN by_last text COLLATE "C" GENERATED ALWAYS AS ({_folded("last_name", "first_name")}) STORED,
            ADD COLUMN by_first text COLLATE "C" GENERATED ALWAYS AS ({_folded("first_name", "last_name")}) STORED
        """
    )
    op.execute("CREATE INDEX profile_by_last ON profile (by_last, id) WHERE by_last IS NOT NULL")
    op.execute("CREATE INDEX profile_by_first ON profile (by_first, id) WHERE by_first IS NOT NULL")


def _folded(one: str, other: str) -> str:
    """Both names, or else the whole one, as comparisons use them; at most what an index takes. Null for no name."""
    both = f"coalesce({_text(one)}, '') || ' ' || coalesce({_text(other)}, '')"
    said = f"coalesce(nullif(btrim({both}), ''), {_text('name')})"
    return f"""left(translate(lower({said} COLLATE "pg_c_utf8"), 'ё', 'е'), 200)"""


def _text(name: str) -> str:
    return f"attributes #>> '{{{name},v}}'"
