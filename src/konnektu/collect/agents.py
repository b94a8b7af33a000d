"""User agents. In: the text of a User-Agent header. Out: kind of device, system, browser, and whether a robot sent it.

`ua-parser` (rules of uap-core, compiled) and `crawlerdetect`: 0.4 ms each for an agent not seen before, where
device-detector takes 10 to 20 ms, so that a thousand unknown agents cannot hold up a block of events.
"""

import re
from functools import cache, lru_cache
from typing import Final, NamedTuple

from crawlerdetect import CrawlerDetect
from ua_parser import Parser
from ua_parser.loaders import load_builtins
from ua_parser.regex import Resolver

LONGEST: Final = 512
"""Characters of an agent that are looked at; real ones stay under 400."""


class Agent(NamedTuple):
    """What an agent says of itself; empty text where it does not."""

    device_type: str = ""
    """desktop, smartphone, tablet, tv or console; empty for robots and programs."""
    os: str = ""
    browser: str = ""
    is_robot: bool = False


UNKNOWN: Final = Agent()

_KINDS: Final = (
    (
        "tv",
        re.compile(
            r"\bTV\b|SmartTV|SMART-TV|AppleTV|Web0S|BRAVIA|\bAFT[A-Z]|CrKey|HbbTV|Roku", re.IGNORECASE
        ),
    ),
    ("console", re.compile(r"PlayStation|Xbox|Nintendo", re.IGNORECASE)),
    (
        "tablet",
        re.compile(
            r"iPad|Tablet|PlayBook|Kindle|\bSilk/|Android(?!.*Mobile)(?=.*(?:Chrome|AppleWebKit)/)",
            re.IGNORECASE,
        ),
    ),
    (
        "smartphone",
        re.compile(r"iPhone|iPod|Android|Mobile|Windows Phone|Opera Mini|CFNetwork(?!.*Mac)", re.IGNORECASE),
    ),
    ("desktop", re.compile(r"Windows|Macintosh|Mac OS|X11|Linux|CrOS", re.IGNORECASE)),
)
_SYSTEMS: Final = {"Mac OS X": "macOS", "Mac OS": "macOS", "Chrome OS": "ChromeOS"}
_FROM_A_BROWSER: Final = ("Mozilla/", "Opera/")


def is_browser(user_agent: str) -> bool:
    """Whether a request's agent is a person's browser, not the HTTP library of somebody's server."""
    return user_agent.startswith(_FROM_A_BROWSER)


@lru_cache(maxsize=1 << 14)
def agent(user_agent: str) -> Agent:
    """The agent in our words. Total: any text gives an answer."""
    text = user_agent[:LONGEST].encode("utf-8", "replace").decode().strip()
    if not text:
        return UNKNOWN
    found = _parser().parse(text)
    if _crawlers().is_crawler(text) or (found.device and found.device.family == "Spider"):
        return Agent(browser=found.user_agent.family if found.user_agent else "", is_robot=True)
    system = found.os.family if found.os else ""
    return Agent(
        device_type(text), _SYSTEMS.get(system, system), found.user_agent.family if found.user_agent else ""
    )


def device_type(text: str) -> str:
    """The kind of device that an agent or a model's name shows; empty where it shows none."""
    return next((kind for kind, shown in _KINDS if shown.search(text)), "")


@cache
def _parser() -> Parser:
    return Parser(Resolver(load_builtins()))


@cache
def _crawlers() -> CrawlerDetect:
    return CrawlerDetect()
