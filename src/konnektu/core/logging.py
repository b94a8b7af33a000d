"""Structured logs. In: an action of a closed set and its facts. Out: one line on standard error.

    log = get("belt")
    log.info(Action.LEASE_TAKEN, workspace="shop", epoch=42)

Dashboards hang on `action`, never on a sentence. Values of people (contacts, names) are not logged.
"""

import logging
import sys
from enum import StrEnum
from typing import Any, Literal

import msgspec
import structlog

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


OUTSPOKEN = (
    "aiosmtplib", "asyncio", "asyncssh", "botocore", "clickhouse_connect", "procrastinate", "psycopg", "segment",
)  # fmt: skip
"""Libraries that log what they raise as well: here it is said once, by whoever meets the error."""


class Action(StrEnum):
    """Everything the product logs."""

    ROLE_STARTED = "role_started"
    """A role is ready."""
    ROLE_STOPPED = "role_stopped"
    """A role ended because it was asked to."""
    ROLE_DIED = "role_died"
    """A role ended by itself; it is started again."""
    LEASE_TAKEN = "lease_taken"
    """A belt took a workspace."""
    LEASE_LOST = "lease_lost"
    """A belt found that another owns the workspace."""
    EVENTS_SET_ASIDE = "events_set_aside"
    """A stage met events that nobody foresaw; they are in quarantine, and a developer is needed."""
    WRITER_STOPPED = "writer_stopped"
    """A workspace's writer stopped on an error that waiting does not cure; a person is needed."""
    BATCH_SUNK = "batch_sunk"
    """A batch reached the event store."""
    WORLD_BROKEN = "world_broken"
    """A server does not answer; the work will be repeated."""
    REQUEST_FAILED = "request_failed"
    """An HTTP request ended with an error of ours."""
    IMPORT_ENDED = "import_ended"
    """An import is complete, cancelled or failed."""
    JOB_ENDED = "job_ended"
    """A job is done, cancelled or failed."""
    WORKSPACE_PAUSED = "workspace_paused"
    """A workspace's schema could not be changed; the others go on."""
    PERSON_ERASED = "person_erased"
    """A person was removed everywhere."""
    RETENTION_DONE = "retention_done"
    """What was older than the rules of retention allow was removed."""
    SIGN_IN_REFUSED = "sign_in_refused"
    """A wrong password, or too many."""


class Log:
    """A logger bound to one component."""

    def __init__(self, component: str) -> None:
        # Stays lazy: a module's logger is made before the process configures its logs.
        self._inner = structlog.get_logger(component=component)

    def debug(self, action: Action, **facts: Any) -> None:
        """Of use to a developer alone."""
        self._inner.debug(action.value, **facts)

    def info(self, action: Action, **facts: Any) -> None:
        """Normal work."""
        self._inner.info(action.value, **facts)

    def warning(self, action: Action, **facts: Any) -> None:
        """Something is wrong and cures itself."""
        self._inner.warning(action.value, **facts)

    def error(self, action: Action, **facts: Any) -> None:
        """A person is needed. Inside an `except`, pass exc_info=True for the traceback."""
        self._inner.error(action.value, **facts)


def get(component: str) -> Log:
    """A logger for one component: a role or a slice, by its name."""
    return Log(component)


def configure(level: str, form: Literal["json", "console"]) -> None:
    """Set up this process's logs once, before the first line. `level` is a key of LEVELS."""
    for library in OUTSPOKEN:
        logging.getLogger(library).addHandler(logging.NullHandler())
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer(serializer=_as_json)
    if form == "console":
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), event_key="action", exception_formatter=structlog.dev.plain_traceback
        )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.EventRenamer("action"),
            *([structlog.processors.format_exc_info] if form == "json" else []),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def _as_json(facts: dict[str, Any], **_: Any) -> str:
    return msgspec.json.encode(facts, enc_hook=str).decode()
