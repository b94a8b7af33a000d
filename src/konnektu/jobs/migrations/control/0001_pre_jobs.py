"""Jobs with the tables of procrastinate that give them out, schedules, problems."""

from pathlib import Path

from alembic import op

revision = "jobs_0001"
down_revision = None
branch_labels = ("jobs",)
depends_on = "storage_0001"

PROCRASTINATE = Path(__file__).with_name("procrastinate_3_10_0.sql")
"""The library's own schema at the version that pyproject.toml pins; another version brings a migration."""

STATEMENTS = (
    """
    CREATE TABLE job (
        id              bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        workspace       bigint  NOT NULL REFERENCES workspace ON DELETE CASCADE,
        kind            text    NOT NULL,
        key             text    NOT NULL,
        queue           text    NOT NULL,
        lock            text,
        arguments       jsonb   NOT NULL,
        state           text    NOT NULL
                        CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
        ticket          bigint,
        attempt         integer NOT NULL DEFAULT 0,
        failures        integer NOT NULL DEFAULT 0,
        lost            integer NOT NULL DEFAULT 0,
        is_cancel_asked boolean NOT NULL DEFAULT false,
        done            bigint  NOT NULL DEFAULT 0,
        total           bigint,
        note            text    NOT NULL DEFAULT '',
        result          jsonb,
        error           text    NOT NULL DEFAULT '',
        created_at      bigint  NOT NULL,
        created_by      text    NOT NULL,
        due_at          bigint  NOT NULL,
        started_at      bigint,
        finished_at     bigint
    )
    """,
    "CREATE UNIQUE INDEX job_waiting ON job (workspace, kind, key) WHERE state = 'waiting' AND attempt = 0",
    "CREATE INDEX job_open ON job (id) WHERE state IN ('waiting', 'running')",
    "CREATE INDEX job_of_workspace ON job (workspace, id)",
    "CREATE INDEX job_finished ON job (finished_at) WHERE finished_at IS NOT NULL",
    "CREATE UNIQUE INDEX job_ticket ON job (ticket)",
    """
    CREATE TABLE schedule (
        workspace  bigint  NOT NULL REFERENCES workspace ON DELETE CASCADE,
        kind       text    NOT NULL,
        key        text    NOT NULL,
        cron       text    NOT NULL,
        zone       text    NOT NULL,
        arguments  jsonb   NOT NULL,
        is_on      boolean NOT NULL,
        next_at    bigint  NOT NULL,
        last_at    bigint,
        last_job   bigint  REFERENCES job ON DELETE SET NULL,
        created_at bigint  NOT NULL,
        PRIMARY KEY (workspace, kind, key)
    )
    """,
    "CREATE INDEX schedule_due ON schedule (next_at) WHERE is_on",
    """
    CREATE TABLE problem (
        workspace bigint REFERENCES workspace ON DELETE CASCADE,
        key       text   NOT NULL,
        severity  text   NOT NULL CHECK (severity IN ('problem', 'warning')),
        what_en   text   NOT NULL,
        what_ru   text   NOT NULL,
        to_do_en  text   NOT NULL,
        to_do_ru  text   NOT NULL,
        link      text   NOT NULL,
        since     bigint NOT NULL,
        seen_at   bigint NOT NULL,
        UNIQUE NULLS NOT DISTINCT (workspace, key)
    )
    """,
    # The library announces what is added. What waited for a lock, or is to be tried again, may begin when a
    # run ends, which nobody announces.
    """
    CREATE FUNCTION job_let_go() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify(
            'procrastinate_queue_v1#' || OLD.queue_name,
            json_build_object('type', 'job_inserted', 'job_id', OLD.id)::text
        );
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER job_let_go AFTER UPDATE OF status ON procrastinate_jobs
    FOR EACH ROW WHEN (OLD.status = 'doing' AND NEW.status <> 'doing') EXECUTE FUNCTION job_let_go()
    """,
    """
    CREATE TRIGGER job_gone AFTER DELETE ON procrastinate_jobs
    FOR EACH ROW WHEN (OLD.status = 'doing') EXECUTE FUNCTION job_let_go()
    """,
)


def upgrade() -> None:
    """Make the tables of jobs, and those of procrastinate beside them."""
    # Many statements in one text, with percent signs that are no parameters: the driver takes them as they are.
    driver = op.get_bind().connection.driver_connection
    assert driver is not None  # noqa: S101 - a migration runs on an open connection
    driver.execute(PROCRASTINATE.read_text(encoding="utf-8"))
    for statement in STATEMENTS:
        op.execute(statement)
