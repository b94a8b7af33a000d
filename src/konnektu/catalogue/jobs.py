"""Feeds as jobs. In: the number of a feed. Out: a load; what is wrong is a problem until it is mended."""

from collections.abc import Mapping
from contextlib import closing, suppress
from typing import Any

from konnektu.catalogue import api
from konnektu.catalogue.model import Feed, Load
from konnektu.core.errors import Retry
from konnektu.jobs.api import Arguments, Severity, Words, Work, kind, raise_problem, solve_problem
from konnektu.outgoing.api import Outgoing, Unanswered

TRIES = 5
"""How often a server that does not answer is asked, later each time, before a person is told."""


class OfFeed(Arguments, frozen=True):
    """Which feed."""

    feed: int

    def key(self) -> str:
        """A feed comes under its own number alone."""
        return str(self.feed)


@kind(api.JOB, Words("Product feed", "Товарный фид"), arguments=OfFeed, right="catalogue.write", tries=TRIES)
def load_feed(work: Work, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Load a feed; its result says what became of it."""
    with work.storage.workspace(work.workspace).read() as db:
        feed = api.find_feed(db, arguments["feed"])
    done = _loaded(work, feed)
    with suppress(Retry):  # the way out carries it when the event store is back
        api.mirror(work.storage, work.workspace)
    _tell(work, feed, done)
    return {"load": done.id, "state": done.state}


def _loaded(work: Work, feed: Feed) -> Load:
    by, now = f"job {work.job}", work.clock.now_ms
    with closing(Outgoing(work.config)) as outgoing:
        try:
            return api.fetch_and_load(
                work.storage,
                work.workspace,
                feed,
                scratch=work.config.data / api.SCRATCH,
                fetch=api.fetcher(work.config, outgoing),
                now=now,
                by=by,
            )
        except Unanswered as error:
            if work.attempt < TRIES:
                raise
            return api.give_up(work.storage, work.workspace, feed, error.message, now=now, by=by)


def _tell(work: Work, feed: Feed, done: Load) -> None:
    """Raise the feed's problem, or say that it is mended."""
    wrong = _wrong(work, feed, done)
    key, control = api.problem_key(feed), work.storage.control
    if wrong is None:
        solve_problem(control, work.workspace, key)
        return
    severity, what, to_do = wrong
    raise_problem(
        control, work.workspace, key, severity, what=what, to_do=to_do, link="feeds", now=work.clock.now_ms()
    )


def _wrong(work: Work, feed: Feed, done: Load) -> tuple[Severity, Words, Words] | None:
    if done.state == "failed":
        return (
            "problem",
            Words(f"Feed {feed.name} cannot be loaded: {done.reason}", f"Фид {feed.name} не загружен: {done.reason}"),
            Words("Check its address and its file.", "Проверьте адрес и файл фида."),
        )  # fmt: skip
    if done.state == "suspicious":
        return (
            "problem",
            Words(f"Feed {feed.name} waits: {done.reason}", f"Фид {feed.name} ждёт решения: {done.reason}"),
            Words("Confirm the load, or discard it.", "Подтвердите загрузку или отмените её."),
        )
    if api.is_late(work.storage, work.workspace, feed, work.clock.now_ms()):
        hours = feed.late_hours
        return (
            "warning",
            Words(f"Feed {feed.name} has not changed for {hours} hours.", f"Фид {feed.name} не менялся {hours} ч."),
            Words("Ask whoever makes it.", "Спросите тех, кто его выгружает."),
        )  # fmt: skip
    return None
