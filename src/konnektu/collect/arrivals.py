"""How a visit came. In: the address of a page, its referrer, a stated campaign. Out: campaign and traffic source.

Invariant: pure and total; equal texts give equal answers, so everything here is cached by its texts.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from konnektu.core.text import clean, word_list

LONGEST: Final = 2048
"""Characters of an address that are looked at; callers cut longer ones, so that no cache holds them."""

LONGEST_VALUE: Final = 200
"""Characters of a campaign parameter that are kept."""


class Campaign(NamedTuple):
    """Campaign parameters, named as in utm_*; empty where not given."""

    source: str = ""
    medium: str = ""
    name: str = ""
    term: str = ""
    content: str = ""


NO_CAMPAIGN: Final = Campaign()

_CLICKS: Final = {
    "yclid": Campaign("yandex", "cpc"),
    "ysclid": Campaign("yandex", "organic"),
    "ymclid": Campaign("yandex.market", "cpc"),
    "gclid": Campaign("google", "cpc"),
    "gbraid": Campaign("google", "cpc"),
    "wbraid": Campaign("google", "cpc"),
    "rb_clickid": Campaign("vk", "cpc"),
    "vk_click_id": Campaign("vk", "cpc"),
    "msclkid": Campaign("bing", "cpc"),
    "ttclid": Campaign("tiktok", "cpc"),
    "fbclid": Campaign("facebook", "social"),
}
"""Click ids that advertising systems and networks add: an address without utm_* is theirs by it."""

_UTM: Final = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
_MARKED: Final = re.compile("utm_|" + "|".join(f"{click}=" for click in _CLICKS))
_OF_MEDIUM: Final = {
    **dict.fromkeys(("email", "e-mail", "mail", "newsletter", "sms", "push", "viber", "mailing"), "mailing"),
    **dict.fromkeys(("social", "smm", "social-network", "social_network", "sm"), "social"),
    **dict.fromkeys(("organic", "search"), "search"),
    **dict.fromkeys(("referral", "partner_link"), "referral"),
}
_SEARCH: Final = re.compile(
    r"(?:.+\.)?(?:(?:google|yandex|yahoo|baidu|bing|duckduckgo|rambler|ecosia|startpage|qwant)(?:\.[a-z]{2,3}){1,2})"
    r"|ya\.ru|(?:m\.)?go\.mail\.ru|search\.mail\.ru|nova\.rambler\.ru|com\.google\.android\.googlequicksearchbox"
    r"|ru\.yandex\.searchplugin"
)
_MAIL: Final = re.compile(
    r"(?:e|m|touch|light|octavius)\.mail\.ru|mail\.(?:google|yandex|yahoo|rambler|ukr)\.[a-z.]+|(?:.+\.)?mail\.yandex\.[a-z.]+"
    r"|outlook\.(?:live|office|office365)\.com|(?:.+\.)?mail\.live\.com|com\.google\.android\.gm|ru\.mail\.mailapp"
)
_SOCIAL: Final = frozenset(
    word_list(
        """
    vk.com vk.ru vk.me vkontakte.ru ok.ru odnoklassniki.ru t.me telegram.me telegram.org web.telegram.org max.ru
    dzen.ru zen.yandex.ru facebook.com fb.com fb.me m.me instagram.com threads.net twitter.com x.com t.co
    youtube.com youtu.be rutube.ru tiktok.com pinterest.com pinterest.ru pin.it linkedin.com lnkd.in reddit.com
    livejournal.com pikabu.ru tenchat.ru viber.com whatsapp.com wa.me my.mail.ru discord.com yappy.media
    org.telegram.messenger com.vkontakte.android ru.ok.android com.instagram.android com.facebook.katana
    """
    )
)
_NOT_SEARCH: Final = re.compile(
    r"(?:market|maps|translate|docs|drive|disk|news|music|eda|direct|metrika|passport)\..+"
)


@lru_cache(maxsize=1 << 13)
def campaign_of(url: str, search: str = "") -> Campaign:
    """Campaign parameters of a page's address, or of its query kept apart; click ids stand in for them."""
    query = _query(url) or search.lstrip("?")
    if not _MARKED.search(query):
        return NO_CAMPAIGN
    given = dict(reversed(parse_qsl(query[:LONGEST], errors="replace")))
    if tagged := [given.get(name, "") for name in _UTM]:
        campaign = Campaign(*(_kept(value) for value in tagged))
        if campaign != NO_CAMPAIGN:
            return campaign
    return next((campaign for click, campaign in _CLICKS.items() if given.get(click)), NO_CAMPAIGN)


def _kept(value: str) -> str:
    return clean(value.strip())[:LONGEST_VALUE]


def _query(url: str) -> str:
    return url[:LONGEST].partition("#")[0].partition("?")[2]


@lru_cache(maxsize=1 << 13)
def host(url: str) -> str:
    """The host of an address in lower case without www.; empty where it has none."""
    try:
        found = urlsplit(url[:LONGEST].strip()).hostname or ""
    except ValueError:
        return ""
    return clean(found.removeprefix("www."))[:LONGEST_VALUE]


@lru_cache(maxsize=1 << 13)
def referrer_host(url: str, referrer: str) -> str:
    """The host that sent the visitor; empty where it is the page's own or one above or below it."""
    sender, own = host(referrer), host(url)
    if sender == own or sender.endswith("." + own) or own.endswith("." + sender):
        return ""
    return sender


@lru_cache(maxsize=1 << 14)
def traffic_source(campaign: Campaign, sender: str, *, is_inside: bool) -> str:
    """campaign, search, social, mailing, referral or direct; empty for a step inside the site.

    A campaign's medium decides before the referrer, since an advertiser knows where the link was put.
    """
    if campaign != NO_CAMPAIGN:
        return _OF_MEDIUM.get(campaign.medium.lower(), "campaign")
    if sender:
        return _of_host(sender)
    return "" if is_inside else "direct"


def _of_host(sender: str) -> str:
    if any(_parent(sender, levels) in _SOCIAL for levels in range(sender.count(".") + 1)):
        return "social"
    if _MAIL.fullmatch(sender):
        return "mailing"
    if _SEARCH.fullmatch(sender) and not _NOT_SEARCH.fullmatch(sender):
        return "search"
    return "referral"


def _parent(name: str, levels: int) -> str:
    return name.split(".", levels)[-1]
