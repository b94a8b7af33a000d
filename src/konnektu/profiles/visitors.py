"""Visits of a profile, by the cookie or device that made them.

In: events in the order in which they became known, or two maps. Out: the map, and the visit of an event.
A login in the middle of a visit changes the atom of its events and not the cookie, so the cookie is the key.
Unlike everything else here, visits depend on the order of facts: one visit's end is not kept once the next
has begun. Refolding in order of position gives the same visits again.
"""

from typing import Any

import msgspec

from konnektu.core.records import Event
from konnektu.profiles.bounds import put
from konnektu.profiles.model import Basics
from konnektu.profiles.visits import GAP, Visit, advance

VISITORS = 100
"""Cookies and devices whose last visit is kept; the visits of the ones silent longest are only counted."""
BROWSING = {"anonymous_id": 0, "device_id": 1, "client_id": 2}
"""Kinds of identifiers that make visits, best first."""
_PAGES = ("page", "screen")


def visit(basics: Basics, event: Event) -> int:
    """Take an event into its visit in place; return that visit's start in ms UTC, or 0 for none."""
    cookie = cookie_of(event)
    if not cookie:
        return 0
    before = basics.visits.get(cookie)
    is_page = event.type in _PAGES
    after = advance(before, event.time, event.derived, is_page=is_page, url=_url(event) if is_page else "")
    if after is before:
        return 0
    if before is None:
        put(basics.visits, cookie, after)
        _forget_silent(basics)
    else:
        basics.visits[cookie] = after
    return after.start


def visit_count(basics: Basics) -> int:
    """How many visits all cookies and devices of a profile made."""
    return basics.old_visits + sum(one.number for one in basics.visits.values())


def unite_visits(united: Basics, left: Basics, right: Basics) -> None:
    """Put the visits of two profiles into `united`; those of one cookie in both follow each other or are one."""
    united.visits = dict(left.visits)
    for cookie, theirs in right.visits.items():
        mine = united.visits.get(cookie)
        united.visits[cookie] = theirs if mine is None else _one_cookie(mine, theirs)
    united.old_visits = left.old_visits + right.old_visits
    _forget_silent(united)


def cookie_of(event: Event) -> str:
    """The cookie or device an event came from; empty where it names none."""
    found, place = "", len(BROWSING)
    for kind, value in event.identifiers:
        if (rank := BROWSING.get(kind, place)) < place:
            found, place = value, rank
    return found


def _url(event: Event) -> str:
    """The address of a page."""
    page = event.context.get("page")
    url = event.properties.get("url") or (page.get("url") if isinstance(page, dict) else None)
    return (url if isinstance(url, str) else event.name)[:500]


def _one_cookie(left: Visit, right: Visit) -> Visit:
    first, last = sorted((left, right), key=_in_order)
    if last.start > first.last + GAP:
        return msgspec.structs.replace(last, number=first.number + last.number)
    return Visit(
        first.number + last.number - 1,
        first.start,
        max(first.last, last.last),
        first.pages + last.pages,
        first.events + last.events,
        first.landing or last.landing,
        first.campaign,
        first.traffic_source or last.traffic_source,
        first.referrer_host or last.referrer_host,
    )


def _in_order(one: Visit) -> tuple[Any, ...]:
    return one.start, one.last, msgspec.structs.astuple(one)


def _forget_silent(basics: Basics) -> None:
    visits = basics.visits
    while len(visits) > VISITORS:
        silent = min(visits, key=lambda cookie: (visits[cookie].last, cookie))
        basics.old_visits += visits.pop(silent).number
