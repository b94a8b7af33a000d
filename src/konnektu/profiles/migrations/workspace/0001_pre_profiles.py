"""The single profile: its row, its tags and consents by atom, and the refusals that hold at once."""

from alembic import op

revision = "profiles_0001"
down_revision = None
branch_labels = ("profiles",)
depends_on = None


def upgrade() -> None:
    """Make the tables of profiles."""
    # No indexed column changes with every event, and pages keep room, so that updates stay in their page.
    op.execute(
        """
        CREATE TABLE profile (
            id         bigint  PRIMARY KEY,
            born       bigint  NOT NULL,
            known      boolean NOT NULL,
            first_seen bigint,
            last_seen  bigint,
            position   bigint  NOT NULL,
            attributes jsonb   NOT NULL,
            state      bytea   NOT NULL
        ) WITH (fillfactor = 75, autovacuum_vacuum_scale_factor = 0.05)
        """
    )
    op.execute("CREATE INDEX profile_known ON profile (id) WHERE known")
    op.execute(
        """
        CREATE TABLE tag (
            atom     bigint  NOT NULL,
            tag      text    NOT NULL,
            profile  bigint  NOT NULL,
            present  boolean NOT NULL,
            time     bigint  NOT NULL,
            position bigint  NOT NULL,
            PRIMARY KEY (atom, tag)
        )
        """
    )
    op.execute("CREATE INDEX tag_of_profile ON tag (profile)")
    op.execute("CREATE INDEX tag_bearers ON tag (tag, profile) WHERE present")
    op.execute(
        """
        CREATE TABLE consent (
            atom          bigint  NOT NULL,
            fact          bigint  NOT NULL,
            number        bigint  NOT NULL,
            profile       bigint  NOT NULL,
            entity        text    NOT NULL,
            contact_kind  text    NOT NULL,
            contact_value text    NOT NULL,
            channel       text    NOT NULL,
            category      text    NOT NULL,
            purpose       text    NOT NULL,
            state         text    NOT NULL,
            time          bigint  NOT NULL,
            position      bigint  NOT NULL,
            body          bytea   NOT NULL,
            PRIMARY KEY (atom, fact, number)
        )
        """
    )
    op.execute("CREATE INDEX consent_of_profile ON consent (profile)")
    op.execute(
        "CREATE INDEX consent_of_contact ON consent (contact_value, contact_kind) WHERE contact_value <> ''"
    )
    op.execute(
        """
        CREATE TABLE refusal (
            id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            contact_kind  text   NOT NULL,
            contact_value text   NOT NULL,
            entity        text   NOT NULL,
            channel       text   NOT NULL,
            category      text   NOT NULL,
            purpose       text   NOT NULL,
            reason        text   NOT NULL,
            time          bigint NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX refusal_of_contact ON refusal (contact_value, contact_kind)")
    # The role that appends to the inbox writes a refusal in the same transaction. It may add rows here and
    # neither read nor change anything in this schema.
    op.execute(
        """
        DO $$ BEGIN
            EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), current_database() || '_inbox');
            EXECUTE format('GRANT INSERT ON refusal TO %I', current_database() || '_inbox');
        END $$
        """
    )
