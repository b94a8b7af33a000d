"""Visits of one cookie or device. In: its last visit and one event more. Out: the visit the event leaves it in.

A visit ends after 30 minutes without an event, or when another campaign brings the visitor back. Events may come
late and in any order within a visit; one that is older than the visit leaves it as it is. Times are ms UTC.
"""

from typing import Final

from msgspec import Struct

from konnektu.core.records import Derived

GAP: Final = 30 * 60 * 1000
"""Milliseconds without an event after which the next one begins a new visit."""

_KEYED_SOURCES: Final = frozenset({"campaign", "mailing"})


class Visit(Struct, frozen=True, array_like=True, gc=False):
    """The last visit of one cookie or device."""

    number: int
    """1 for its first visit."""
    start: int
    last: int
    """Time of the latest event."""
    pages: int = 0
    events: int = 0
    landing: str = ""
    """Address of the earliest page."""
    campaign: str = ""
    """Key of the campaign that began it (`campaign_key`); empty where none did."""
    traffic_source: str = ""
    """How it came: the source of its earliest event that tells."""
    referrer_host: str = ""

    @property
    def duration(self) -> int:
        """Milliseconds from the first to the last event."""
        return self.last - self.start


def campaign_key(derived: Derived) -> str:
    """One text for one campaign: a visitor who comes back through another begins a new visit."""
    if derived.traffic_source not in _KEYED_SOURCES:
        return ""
    return f"{derived.utm_source}|{derived.utm_medium}|{derived.utm_campaign}|{derived.utm_content}".lower()


def advance(
    visit: Visit | None, time: int, derived: Derived, *, is_page: bool = False, url: str = ""
) -> Visit:
    """The visit after an event at `time`; `url` is the address of its page.

    A time before the visit by more than the gap belongs to an earlier one, which is closed: nothing changes.
    """
    campaign = campaign_key(derived) if derived.traffic_source in _KEYED_SOURCES else ""
    if visit is None:
        return _begun(1, time, campaign, derived, is_page=is_page, url=url)
    if time < visit.start - GAP or (time < visit.start and campaign not in {"", visit.campaign}):
        return visit
    if time > visit.last + GAP or (time > visit.last and campaign not in {"", visit.campaign}):
        return _begun(visit.number + 1, time, campaign, derived, is_page=is_page, url=url)
    return _continued(visit, time, campaign, derived, is_page=is_page, url=url)


def _begun(number: int, time: int, campaign: str, derived: Derived, *, is_page: bool, url: str) -> Visit:
    return Visit(
        number,
        time,
        time,
        int(is_page),
        1,
        url if is_page else "",
        campaign,
        derived.traffic_source,
        derived.referrer_host,
    )


def _continued(visit: Visit, time: int, campaign: str, derived: Derived, *, is_page: bool, url: str) -> Visit:
    """The same visit with an event more; one earlier than all others also tells how the visit began."""
    is_earliest = time < visit.start
    if not is_earliest and visit.traffic_source:
        last = max(visit.last, time)
        landing = url if is_page and not visit.landing else visit.landing
        return Visit(
            visit.number,
            visit.start,
            last,
            visit.pages + is_page,
            visit.events + 1,
            landing,
            visit.campaign,
            visit.traffic_source,
            visit.referrer_host,
        )
    takes_source = bool(derived.traffic_source) and (is_earliest or not visit.traffic_source)
    return Visit(
        visit.number,
        time if is_earliest else visit.start,
        max(visit.last, time),
        visit.pages + is_page,
        visit.events + 1,
        url if is_page and (is_earliest or not visit.landing) else visit.landing,
        visit.campaign or (campaign if is_earliest else ""),
        derived.traffic_source if takes_source else visit.traffic_source,
        derived.referrer_host if takes_source else visit.referrer_host,
    )
