"""Corrections and closings of many rejected events as jobs. In: which ones, and how. Out: how many."""

from collections.abc import Mapping
from typing import Any

import msgspec

from konnektu.dictionary import store
from konnektu.dictionary.correction import Step
from konnektu.dictionary.mending import Mended, discard_all, mend
from konnektu.dictionary.model import MOST_ATTRIBUTES
from konnektu.jobs.api import Arguments, Words, Work, kind
from konnektu.log import api as log
from konnektu.profiles import api as profiles

REPLAY, DISCARD, COUNT = "quarantine.replay", "quarantine.discard", "dictionary.count"


class ToDiscard(Arguments, frozen=True):
    """Which rejected events, and up to which position."""

    chosen: log.Chosen
    upto: int


class ToReplay(ToDiscard, frozen=True):
    """The same, and how they are corrected."""

    steps: list[Step]


@kind(
    REPLAY,
    Words("Rejected events sent again", "Повторная отправка отклонённых событий"),
    arguments=ToReplay,
    right="quarantine.manage",
    lock="kind",
)
def replay_many(work: Work, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Send rejected events again, corrected."""
    chosen = msgspec.convert(arguments["chosen"], log.Chosen)
    steps = msgspec.convert(arguments["steps"], list[Step])
    total = log.count_waiting(work.storage.workspace(work.workspace), chosen)
    done = Mended()
    for done in mend(work.storage, work.workspace, chosen, steps, arguments["upto"]):
        work.progress(done.sent + done.kept, total)
        work.check()
    return {"sent": done.sent, "kept": done.kept}


@kind(
    DISCARD,
    Words("Rejected events closed", "Закрытие отклонённых событий"),
    arguments=ToDiscard,
    right="quarantine.manage",
    lock="kind",
)
def discard_many(work: Work, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Close rejected events."""
    chosen = msgspec.convert(arguments["chosen"], log.Chosen)
    total = log.count_waiting(work.storage.workspace(work.workspace), chosen)
    closed = 0
    for closed in discard_all(work.storage, work.workspace, chosen, arguments["upto"]):
        work.progress(closed, total)
        work.check()
    return {"closed": closed}


@kind(
    COUNT,
    Words("Profiles counted by attribute", "Подсчёт клиентов по атрибутам"),
    right="dictionary.manage",
    lock="kind",
)
def count_profiles(work: Work, _: Mapping[str, Any]) -> Mapping[str, Any]:
    """Count how many profiles have which attribute."""
    db = work.storage.workspace(work.workspace)
    with db.read() as own:
        counted = profiles.attribute_counts(own, MOST_ATTRIBUTES)
    with db.transaction() as own:
        store.put_attribute_counts(own, counted, work.clock.now_ms())
    return {"attributes": len(counted)}
