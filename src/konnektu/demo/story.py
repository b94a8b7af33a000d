"""One shop's year, told as the events its site, app, mailing service and tills would send.

In: a seed, the end of the year, how many people. Out: events of the Segment format in the order they are sent, each
with the person it is true of. Invariant: equal arguments give equal stories; an event told twice (a client's retry)
has the same messageId and content.
"""

from random import Random
from typing import Final

from konnektu.demo.acts import (
    HOUR,
    SourceKind,
    Told,
    app_visit,
    letter,
    robot_visit,
    sign_up,
    till_purchase,
    web_visit,
)
from konnektu.demo.cast import Person, people
from konnektu.demo.shop import MAILINGS

SOURCES: Final[tuple[SourceKind, ...]] = ("web", "app", "mail", "till")
YEAR: Final = 365 * 24 * HOUR
"""Milliseconds."""

_MONTHS: Final = 12
_RETRIED: Final = 0.01
"""Share of events that a client sends again because it did not hear the answer."""
_RETRY_AFTER: Final = 40_000
_ROBOT_VISITS: Final = 0.15
"""For each person."""
_TILL_VISITS: Final = 0.25
"""A month, for people with an interest of 1."""
_LETTERS: Final = 1.4
"""A month, for each subscriber."""


def tell(seed: int, end: int, count: int = 1500) -> list[Told]:
    """The year that ends at `end` (ms UTC), of `count` people, in the order of sending."""
    rng = Random(seed)
    start = end - YEAR
    story = [
        event
        for person in people(rng, count)
        for event in life(Random(rng.getrandbits(64)), person, start, end)
    ]
    for _ in range(int(count * _ROBOT_VISITS)):
        story += robot_visit(rng, start + int(rng.random() * YEAR))
    kept = [event for event in story if event.sent_at < end]
    kept += [_again(event) for event in kept if rng.random() < _RETRIED]
    return sorted(kept, key=lambda told: (told.sent_at, told.event["messageId"]))


def _again(told: Told) -> Told:
    return Told(told.source, told.person, told.sent_at + _RETRY_AFTER, told.event)


def life(rng: Random, person: Person, start: int, end: int) -> list[Told]:
    """All events of one person between two times."""
    came = start + int(person.arrival * (end - start))
    months = (end - came) / (end - start) * _MONTHS
    visits = _times(rng, came, end, 1 + _drawn(rng, person.interest * months))
    joined = _joined(rng, person, visits, end)
    events = [
        event
        for time in visits
        for event in web_visit(rng, person, time, _account(rng, person, time, joined))
    ]
    events += sign_up(rng, person, joined, person.user_id) if joined < end else []
    if person.second_user_id and joined < end:
        events += sign_up(rng, person, joined + (end - joined) // 2, person.second_user_id)
    return events + _elsewhere(rng, person, came, joined, end)


def _elsewhere(rng: Random, person: Person, came: int, joined: int, end: int) -> list[Told]:
    """What the person does beside the site: app, shops, letters."""
    months = (end - came) / YEAR * _MONTHS
    events: list[Told] = []
    if person.app and joined < end:
        for time in _times(
            rng, joined, end, _drawn(rng, person.interest * (end - joined) / YEAR * _MONTHS * 0.6)
        ):
            events += app_visit(rng, person, time, person.user_id)
    for time in _times(rng, came, end, _drawn(rng, person.interest * months * _TILL_VISITS)):
        events += till_purchase(rng, person, time)
    if joined < end or rng.random() < 0.15:
        since = joined if joined < end else came
        events += _letters(rng, person, since, joined, end)
    return events


def _letters(rng: Random, person: Person, since: int, joined: int, end: int) -> list[Told]:
    """Letters until the person unsubscribes."""
    events: list[Told] = []
    for time in _times(rng, since, end, _drawn(rng, (end - since) / YEAR * _MONTHS * _LETTERS)):
        user_id = person.user_id if joined <= time else ""
        events += letter(rng, person, time, user_id, rng.choice(MAILINGS))
        if any(told.event.get("event") == "Unsubscribed" for told in events[-2:]):
            break
    return events


def _joined(rng: Random, person: Person, visits: list[int], end: int) -> int:
    """When the person signs up: on one of the first visits; `end` for one who does not."""
    if not person.user_id:
        return end
    return visits[min(len(visits) - 1, rng.choices((0, 1, 2, 4), (35, 30, 20, 15))[0])] + HOUR // 6


def _account(rng: Random, person: Person, time: int, joined: int) -> str:
    """The account a visit is made under: none before the registration, and none where the person is not signed in."""
    return person.user_id if time > joined and rng.random() < 0.7 else ""


def _times(rng: Random, start: int, end: int, count: int) -> list[int]:
    return sorted(int(rng.uniform(start, end)) for _ in range(count))


def _drawn(rng: Random, mean: float) -> int:
    """A number of independent happenings with this mean (Poisson, by waiting times)."""
    count, waited = 0, rng.expovariate(1.0)
    while waited < mean:
        count, waited = count + 1, waited + rng.expovariate(1.0)
    return count
