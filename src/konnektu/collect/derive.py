"""What an event's context tells without any state. In: the context, the request's address and agent. Out: `Derived`.

The request's own address and agent speak for the person only where the person's browser or app made the request;
where a server passed an event on, they are the server's. Invariant: pure and total, whatever the context holds.
"""

from functools import lru_cache
from typing import Any, Final

from konnektu.collect.agents import LONGEST as LONGEST_AGENT
from konnektu.collect.agents import UNKNOWN, Agent, agent, device_type, is_browser
from konnektu.collect.arrivals import (
    LONGEST,
    LONGEST_VALUE,
    NO_CAMPAIGN,
    Campaign,
    campaign_of,
    referrer_host,
    traffic_source,
)
from konnektu.collect.places import country
from konnektu.core.records import ROBOT, Derived
from konnektu.core.text import squeeze

_NOTHING: Final[dict[str, Any]] = {}
_SERVER_LIBRARIES: Final = ("python", "node", "java", "php", "ruby", "go", ".net", "rust", "http")
_BROWSER_LIBRARIES: Final = ("analytics.js", "javascript", "analytics-js", "browser")
_COUNTRY_LETTERS: Final = 2


def derive(context: dict[str, Any], ip: str, user_agent: str) -> tuple[Derived, int]:
    """Device, place and arrival of one event, with the marks it earns (ROBOT or 0).

    `ip` and `user_agent` are the request's; `context.ip` and `context.userAgent` stand before them.
    """
    stated_agent, stated_ip = _text(context, "userAgent"), _text(context, "ip")
    if not (stated_agent and stated_ip) and _is_from_the_person(context, user_agent):
        stated_agent, stated_ip = stated_agent or user_agent, stated_ip or ip
    who = agent(stated_agent[:LONGEST_AGENT])
    if not who.os and ("device" in context or "os" in context):
        who = _of_device(who, _object(context, "device"), _object(context, "os"))
    located = "location" in context
    place = _place(_object(context, "location"), stated_ip) if located else (_country(stated_ip), "")
    return _derived(who, place, _arrival(context, _object(context, "page")))


@lru_cache(maxsize=1 << 14)
def _derived(who: Agent, place: tuple[str, str], arrival: "Arrived") -> tuple[Derived, int]:
    """One record for all events from which the same is derived."""
    return Derived(who.device_type, who.os, who.browser, *place, *arrival), ROBOT if who.is_robot else 0


def _country(ip: str) -> str:
    return country(ip[:LONGEST_VALUE]) if ip else ""


Arrived = tuple[str, str, str, str, str, str, str]
"""Referring host, the five campaign parameters, traffic source: the last fields of `Derived`, in their order."""
_NO_ARRIVAL: Final[Arrived] = ("", "", "", "", "", "", "")
_DIRECTLY: Final[Arrived] = ("", "", "", "", "", "", "direct")
"""An address without a query that nothing referred to."""


def _arrival(context: dict[str, Any], page: dict[str, Any]) -> Arrived:
    campaign = _stated(_object(context, "campaign")) if "campaign" in context else None
    if not page and campaign is None:
        return _NO_ARRIVAL
    referrer = _text(page, "referrer") or (
        _text(_object(context, "referrer"), "url") if "referrer" in context else ""
    )
    url, search = _text(page, "url"), _text(page, "search")
    if campaign is None and not referrer and not search and "?" not in url:
        return _DIRECTLY
    return _arrived(url[:LONGEST], search[:LONGEST], referrer[:LONGEST], campaign)


def _utm(campaign: Campaign) -> tuple[str, str, str, str, str]:
    """The parameters in the order of `Derived`."""
    return campaign.source, campaign.medium, campaign.name, campaign.term, campaign.content


@lru_cache(maxsize=1 << 13)
def _arrived(url: str, search: str, referrer: str, stated: Campaign | None) -> Arrived:
    campaign = stated or campaign_of(url, search)
    sender = referrer_host(url, referrer) if referrer else ""
    return sender, *_utm(campaign), traffic_source(campaign, sender, is_inside=bool(referrer))


def _object(context: dict[str, Any], name: str) -> dict[str, Any]:
    value = context.get(name)
    return value if type(value) is dict else _NOTHING


def _text(context: dict[str, Any], name: str) -> str:
    value = context.get(name)
    return value if type(value) is str else ""


def _is_from_the_person(context: dict[str, Any], user_agent: str) -> bool:
    """Whether the request came from the person's own device: a browser, or an app that names its device."""
    if is_browser(user_agent):
        return True
    library = _text(_object(context, "library"), "name")
    return not _is_server_library(library[:LONGEST_VALUE]) and ("device" in context or "app" in context)


@lru_cache(maxsize=1 << 10)
def _is_server_library(name: str) -> bool:
    text = name.lower()
    return any(word in text for word in _SERVER_LIBRARIES) and not any(
        word in text for word in _BROWSER_LIBRARIES
    )


def _of_device(who: Agent, device: dict[str, Any], system: dict[str, Any]) -> Agent:
    """An app's device, which its context describes where a browser's agent would."""
    if not device and not system:
        return who
    described = _described(
        _text(device, "type")[:LONGEST_VALUE],
        (_text(device, "model") or _text(device, "name"))[:LONGEST_VALUE],
        _text(system, "name")[:LONGEST_VALUE],
    )
    return Agent(who.device_type or described.device_type, described.os, who.browser, who.is_robot)


_DEVICE_TYPES: Final = {
    "ios": "smartphone",
    "android": "smartphone",
    "mobile": "smartphone",
    "phone": "smartphone",
    "smartphone": "smartphone",
    "tablet": "tablet",
    "ipados": "tablet",
    "desktop": "desktop",
    "web": "",
    "tv": "tv",
    "tvos": "tv",
}


@lru_cache(maxsize=1 << 12)
def _described(kind: str, model: str, system: str) -> Agent:
    shown = device_type(model) if "tab" in model.lower() or "pad" in model.lower() else ""
    named = _DEVICE_TYPES.get(kind.strip().lower(), "")
    found = _DEVICE_TYPES.get(system.strip().lower(), "")
    return UNKNOWN._replace(device_type=shown or named or found, os=squeeze(system)[:LONGEST_VALUE])


def _place(location: dict[str, Any], ip: str) -> tuple[str, str]:
    """(country, city): as stated, else the country by the address."""
    if not location:
        return _country(ip), ""
    stated = _text(location, "country")
    is_code = len(stated) == _COUNTRY_LETTERS and stated.isascii() and stated.isalpha()
    return stated.upper() if is_code else _country(ip), squeeze(_text(location, "city")[:LONGEST_VALUE])


def _stated(campaign: dict[str, Any]) -> Campaign | None:
    """The campaign that the sender took from the address itself; None where it states nothing."""
    if not campaign:
        return None
    found = _cleaned(
        *(_text(campaign, part)[:LONGEST_VALUE] for part in ("source", "medium", "name", "term", "content"))
    )
    return found if found != NO_CAMPAIGN else None


@lru_cache(maxsize=1 << 14)
def _cleaned(*parts: str) -> Campaign:
    return Campaign(*(squeeze(part) for part in parts))
