"""Sources with their write keys, users, sessions, tokens, throttled sign-ins, settings and the audit log."""

from alembic import op

revision = "access_0001"
down_revision = None
branch_labels = ("access",)
depends_on = "storage_0001"

STATEMENTS = (
    """
    CREATE TABLE source (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        workspace bigint NOT NULL REFERENCES workspace ON DELETE CASCADE,
        kind text NOT NULL,
        name text NOT NULL,
        state text NOT NULL CHECK (state IN ('active', 'disabled')),
        is_test boolean NOT NULL,
        settings jsonb NOT NULL,
        created_at bigint NOT NULL,
        UNIQUE (workspace, name)
    )
    """,
    """
    CREATE TABLE write_key (
        key text PRIMARY KEY,
        source bigint NOT NULL REFERENCES source ON DELETE CASCADE,
        created_at bigint NOT NULL,
        expires_at bigint
    )
    """,
    "CREATE INDEX write_key_source ON write_key (source)",
    "CREATE TABLE key_version (only_row boolean PRIMARY KEY CHECK (only_row), version bigint NOT NULL)",
    "INSERT INTO key_version VALUES (true, 1)",
    """
    CREATE FUNCTION key_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE key_version SET version = version + 1;
        PERFORM pg_notify('konnektu_keys', '');
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER source_changed AFTER INSERT OR UPDATE OR DELETE ON source
    FOR EACH STATEMENT EXECUTE FUNCTION key_changed()
    """,
    """
    CREATE TRIGGER write_key_changed AFTER INSERT OR UPDATE OR DELETE ON write_key
    FOR EACH STATEMENT EXECUTE FUNCTION key_changed()
    """,
    """
    CREATE TABLE app_user (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        workspace bigint NOT NULL REFERENCES workspace ON DELETE CASCADE,
        login text NOT NULL,
        password_hash text NOT NULL,
        role text NOT NULL,
        state text NOT NULL CHECK (state IN ('active', 'disabled')),
        created_at bigint NOT NULL,
        signed_in_at bigint,
        UNIQUE (workspace, login)
    )
    """,
    """
    CREATE TABLE session (
        hash bytea PRIMARY KEY,
        app_user bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
        csrf text NOT NULL,
        created_at bigint NOT NULL,
        seen_at bigint NOT NULL,
        ip text NOT NULL,
        user_agent text NOT NULL
    )
    """,
    "CREATE INDEX session_by_user ON session (app_user)",
    """
    CREATE TABLE api_token (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        workspace bigint NOT NULL REFERENCES workspace ON DELETE CASCADE,
        hash bytea NOT NULL UNIQUE,
        name text NOT NULL,
        scopes text[] NOT NULL,
        created_at bigint NOT NULL,
        created_by text NOT NULL,
        expires_at bigint,
        used_at bigint
    )
    """,
    "CREATE INDEX api_token_workspace ON api_token (workspace)",
    """
    CREATE TABLE throttle (
        key bytea PRIMARY KEY,
        failures integer NOT NULL,
        first_at bigint NOT NULL,
        blocked_until bigint NOT NULL
    )
    """,
    """
    CREATE TABLE setting (
        workspace bigint PRIMARY KEY REFERENCES workspace ON DELETE CASCADE,
        body jsonb NOT NULL
    )
    """,
    # All that the collectors' role sees of this schema; it cannot read users, tokens or hashes.
    """
    CREATE VIEW opened_by_key AS
    SELECT k.key, s.workspace, s.id AS source, s.kind, s.state, s.is_test, k.expires_at
    FROM write_key k JOIN source s ON s.id = k.source
    """,
    """
    DO $$
    DECLARE
        collectors text := regexp_replace(current_user, 'control$', 'inbox');
    BEGIN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), collectors);
        EXECUTE format('GRANT SELECT ON opened_by_key, key_version TO %I', collectors);
    END $$
    """,
    # No foreign key: what was done to a workspace outlives it.
    """
    CREATE TABLE audit (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        workspace bigint,
        at bigint NOT NULL,
        actor_kind text NOT NULL,
        actor text NOT NULL,
        ip text NOT NULL,
        what text NOT NULL,
        about text NOT NULL,
        detail jsonb NOT NULL
    )
    """,
    "CREATE INDEX audit_workspace ON audit (workspace, id)",
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'The audit log is only added to.';
    END $$
    """,
    """
    CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
)


def upgrade() -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
