"""In: cron expressions, zones, counts. Out: the next time, the next pause, the name of a lock. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from konnektu.jobs.model import Lock, SecretArgument, WrongCron

BEAT_SECONDS = 10.0
SILENT_SECONDS = 30.0
"""A worker silent for so long is taken for dead."""
FIRST_PAUSE = 5.0
LONGEST_PAUSE = 1_800.0
"""Seconds between two tries of work that meets a broken world: doubled each time."""
LONGEST_CRON = 200
SECRET_WORDS = ("password", "passwd", "secret", "token", "api_key", "apikey", "authorization", "credential")


def next_time(cron: str, zone: str, after: int) -> int:
    """The first time after `after` (milliseconds) that fits, in milliseconds. Raises `WrongCron`.

    Where clocks are put forward, a time that does not exist comes right after the gap; where they are put
    back, a fixed time comes once, and what comes every so many minutes keeps its pace (rules of Debian's cron).
    """
    if len(cron) > LONGEST_CRON or len(cron.split()) != 5:
        raise WrongCron
    start = datetime.fromtimestamp(after // 1_000, UTC).astimezone(ZoneInfo(zone))
    try:
        for found in CronSim(cron, start):
            at = int(found.astimezone(UTC).timestamp()) * 1_000
            if at > after:
                return at
    except CronSimError as error:
        raise WrongCron(f"{cron!r} is no time that comes again: {error}. {WrongCron.__doc__}") from error
    raise WrongCron(f"{cron!r} never comes.")


def pause(failures: int) -> float:
    """Seconds to wait after so many failures in a row, the first being 1."""
    return min(FIRST_PAUSE * 2.0 ** min(failures - 1, 20), LONGEST_PAUSE)


def lock_name(lock: Lock, workspace: int, kind: str, key: str) -> str | None:
    """What two jobs may not hold at once: by default the key, for some kinds the kind in its workspace."""
    names = {"key": f"{workspace}:{kind}:{key}", "kind": f"{workspace}:{kind}", "none": None}
    return names[lock]


def check_arguments(arguments: Mapping[str, Any]) -> None:
    """Raise `SecretArgument` where an argument's name, at any depth, says that it is one."""
    for name, value in arguments.items():
        if any(word in name.lower() for word in SECRET_WORDS):
            raise SecretArgument(f"{name}: {SecretArgument.__doc__}")
        if isinstance(value, Mapping):
            check_arguments(value)
