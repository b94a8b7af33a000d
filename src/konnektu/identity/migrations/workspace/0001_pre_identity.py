"""Identity of a workspace: people, the index of identifiers, decisions, rules, cuts on their way."""

from alembic import op

revision = "identity_0001"
down_revision = None
branch_labels = ("identity",)
depends_on = None


def upgrade() -> None:
    """Make the tables of identity. Only keys are indexed and no key changes, so that hot rows stay HOT."""
    op.execute(
        """
        CREATE TABLE person (
            id   bigint PRIMARY KEY,
            body bytea  NOT NULL
        ) WITH (fillfactor = 80)
        """
    )
    op.execute(
        """
        CREATE TABLE identifier (
            kind    text   COLLATE "C" NOT NULL,
            value   text   COLLATE "C" NOT NULL,
            atom    bigint NOT NULL,
            profile bigint NOT NULL,
            status  text   NOT NULL,
            PRIMARY KEY (kind, value, atom)
        ) WITH (fillfactor = 90)
        """
    )
    # Every profile id is the id of an atom, so this index also leads from a former id to the present profile.
    op.execute("CREATE UNIQUE INDEX identifier_atom ON identifier (atom)")
    op.execute(
        """
        CREATE TABLE decision (
            position   bigint  NOT NULL,
            ordinal    integer NOT NULL,
            kind       text    NOT NULL,
            atom       bigint  NOT NULL,
            profile    bigint  NOT NULL,
            other      bigint  NOT NULL,
            other_atom bigint  NOT NULL,
            moved      bigint[] NOT NULL,
            identifier_kind  text NOT NULL,
            identifier_value text NOT NULL,
            reason     text    NOT NULL,
            rules      integer NOT NULL,
            detail     jsonb   NOT NULL,
            PRIMARY KEY (position, ordinal)
        )
        """
    )
    op.execute("CREATE INDEX decision_atom ON decision (atom)")
    op.execute("CREATE INDEX decision_other_atom ON decision (other_atom) WHERE other_atom <> 0")
    op.execute(
        """
        CREATE TABLE identity_rules (
            version  integer PRIMARY KEY,
            position bigint  NOT NULL,
            body     jsonb   NOT NULL
        )
        """
    )
    op.execute(
        """
        CREATE TABLE cutting (
            position bigint  NOT NULL,
            ordinal  integer NOT NULL,
            PRIMARY KEY (position, ordinal)
        )
        """
    )
