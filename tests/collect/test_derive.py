"""What an event's context tells without any state."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from konnektu.collect.agents import agent
from konnektu.collect.derive import derive
from konnektu.collect.places import country
from konnektu.core.records import ROBOT, Derived

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36"
MOSCOW = "77.88.8.8"


@pytest.mark.parametrize(
    ("text", "device_type", "os", "browser"),
    [
        (CHROME, "desktop", "Windows", "Chrome"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1", "smartphone", "iOS", "Mobile Safari"),
        ("Mozilla/5.0 (iPad; CPU OS 16_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.1 Mobile/15E148 Safari/604.1", "tablet", "iOS", "Mobile Safari"),
        ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 YaBrowser/24.1.0.0 Mobile Safari/537.36", "smartphone", "Android", "Yandex Browser"),
        ("Mozilla/5.0 (Linux; Android 13; SM-T970) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/112.0.0.0 Safari/537.36", "tablet", "Android", "Chrome"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36 Edg/122.0", "desktop", "macOS", "Edge"),
        ("Mozilla/5.0 (SMART-TV; Linux; Tizen 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Version/5.0 TV Safari/537.36", "tv", "Tizen", "Safari"),
        ("ShopApp/3.1 (Android 14; Pixel 7)", "smartphone", "Android", "Android"),
        ("", "", "", ""),
    ],
)  # fmt: skip
def test_agents(text: str, device_type: str, os: str, browser: str) -> None:
    found = agent(text)
    assert (found.device_type, found.os, found.browser, found.is_robot) == (device_type, os, browser, False)


@pytest.mark.parametrize(
    "text",
    ["Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)", "Googlebot/2.1 (+http://www.google.com/bot.html)",
     "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/129 Safari/537.36", "curl/8.1"],
)  # fmt: skip
def test_robots_are_marked(text: str) -> None:
    assert derive({"userAgent": text}, "", "")[1] == ROBOT


@pytest.mark.parametrize(
    ("ip", "code"),
    [(MOSCOW, "RU"), ("8.8.8.8", "US"), ("2a02:6b8::1", "RU"), ("::ffff:77.88.8.8", "RU"), ("10.0.0.1", ""), ("192.168.1.1", ""),
     ("::1", ""), ("0.0.0.0", ""), ("nonsense", ""), ("", ""), ("\ud800", "")],
)  # fmt: skip
def test_places(ip: str, code: str) -> None:
    assert country(ip) == code


@pytest.mark.parametrize(
    ("url", "referrer", "host", "source"),
    [
        ("https://a.ru/", "", "", "direct"), ("https://a.ru/x", "https://a.ru/", "", ""), ("https://a.ru/x", "https://www.a.ru/", "", ""),
        ("https://a.ru/x", "https://shop.a.ru/", "", ""), ("https://a.ru/", "https://yandex.ru/", "yandex.ru", "search"),
        ("https://a.ru/", "https://ya.ru/", "ya.ru", "search"), ("https://a.ru/", "https://www.google.com/", "google.com", "search"),
        ("https://a.ru/", "https://go.mail.ru/search", "go.mail.ru", "search"), ("https://a.ru/", "https://duckduckgo.com/", "duckduckgo.com", "search"),
        ("https://a.ru/", "https://www.bing.com/search", "bing.com", "search"), ("https://a.ru/", "https://m.vk.com/feed", "m.vk.com", "social"),
        ("https://a.ru/", "https://ok.ru/", "ok.ru", "social"), ("https://a.ru/", "https://t.me/shop", "t.me", "social"),
        ("https://a.ru/", "android-app://org.telegram.messenger/", "org.telegram.messenger", "social"),
        ("https://a.ru/", "https://dzen.ru/a/1", "dzen.ru", "social"), ("https://a.ru/", "https://e.mail.ru/inbox", "e.mail.ru", "mailing"),
        ("https://a.ru/", "https://mail.yandex.ru/", "mail.yandex.ru", "mailing"), ("https://a.ru/", "https://mail.google.com/", "mail.google.com", "mailing"),
        ("https://a.ru/", "https://market.yandex.ru/", "market.yandex.ru", "referral"), ("https://a.ru/", "https://blog.b.ru/x", "blog.b.ru", "referral"),
        ("https://a.ru/?utm_source=vk&utm_medium=cpc", "https://vk.com/", "vk.com", "campaign"),
        ("https://a.ru/?utm_source=letter&utm_medium=email", "", "", "mailing"), ("https://a.ru/?yclid=5", "https://yandex.ru/", "yandex.ru", "campaign"),
        ("https://a.ru/?ysclid=5", "https://yandex.ru/", "yandex.ru", "search"), ("https://a.ru/?fbclid=5", "", "", "social"),
        ("https://a.ru/?gclid=5", "", "", "campaign"), ("https://[bad", "https://[worse", "", ""), ("https://xn--80a.рф/", "", "", "direct"),
    ],
)  # fmt: skip
def test_arrivals(url: str, referrer: str, host: str, source: str) -> None:
    found, _ = derive({"page": {"url": url, "referrer": referrer}}, "", "")
    assert (found.referrer_host, found.traffic_source) == (host, source)


def test_campaign_parameters_stated_before_read() -> None:
    page = {
        "url": "https://a.ru/?utm_source=ya&utm_medium=cpc&utm_campaign=%D0%B7%D0%B8%D0%BC%D0%B0&utm_term=a+b&utm_content=1"
    }
    read, _ = derive({"page": page}, "", "")
    assert (read.utm_source, read.utm_medium, read.utm_campaign, read.utm_term, read.utm_content) == (
        "ya",
        "cpc",
        "зима",
        "a b",
        "1",
    )
    stated, _ = derive({"page": page, "campaign": {"source": "vk", "name": "лето"}}, "", "")
    assert (stated.utm_source, stated.utm_medium, stated.utm_campaign) == ("vk", "", "лето")
    apart, _ = derive({"page": {"url": "https://a.ru/", "search": "?utm_source=ya"}}, "", "")
    assert apart.utm_source == "ya"


def test_a_servers_address_and_agent_are_not_the_persons() -> None:
    assert derive({"library": {"name": "analytics-python"}}, MOSCOW, "analytics-python/2.4") == (Derived(), 0)
    assert derive({}, MOSCOW, "python-requests/2.32") == (Derived(), 0)
    passed_on, _ = derive({"ip": MOSCOW, "userAgent": CHROME}, "8.8.8.8", "axios/1.7")
    assert (passed_on.country, passed_on.os) == ("RU", "Windows")
    own, _ = derive({}, MOSCOW, CHROME)
    assert (own.country, own.os, own.traffic_source) == ("RU", "Windows", "")


def test_an_app_describes_its_device() -> None:
    app, _ = derive(
        {"app": {"name": "Shop"}, "device": {"type": "ios", "model": "iPad7,3"}, "os": {"name": "iPadOS"}},
        MOSCOW,
        "",
    )
    assert (app.device_type, app.os, app.country) == ("tablet", "iPadOS", "RU")
    phone, _ = derive(
        {"device": {"type": "android", "model": "Pixel 7"}, "os": {"name": "Android"}}, "", "okhttp/4"
    )
    assert (phone.device_type, phone.os) == ("smartphone", "Android")


def test_a_stated_place_stands_before_the_address() -> None:
    found, _ = derive({"ip": MOSCOW, "location": {"country": "kz", "city": " Алматы "}}, "", "")
    assert (found.country, found.city) == ("KZ", "Алматы")
    unnamed, _ = derive({"ip": MOSCOW, "location": {"country": "Russia", "city": "Тверь"}}, "", "")
    assert (unnamed.country, unnamed.city) == ("RU", "Тверь")


weird = (
    st.text(st.characters(), max_size=30) | st.integers() | st.none() | st.lists(st.integers(), max_size=2)
)
parts = st.dictionaries(
    st.sampled_from(["url", "referrer", "search", "name", "source", "type", "model", "country", "city"]),
    weird,
    max_size=4,
)
contexts = st.dictionaries(
    st.sampled_from(
        ["page", "campaign", "userAgent", "ip", "device", "os", "location", "library", "referrer", "app"]
    ),
    parts | weird,
    max_size=5,
)


@given(contexts, st.text(st.characters(), max_size=20), st.text(st.characters(), max_size=20))
@example(
    {"page": {"url": "https://a.ru/?utm_source=" + "x" * 1_000_000, "referrer": "y" * 1_000_000}},
    "1" * 1_000_000,
    "Mozilla/" + "z" * 1_000_000,
)
@example({"userAgent": "\ud800\x00"}, "\x00", "\ud800")
@example({"page": {"url": "https://a.ru/?utm_source=%ff%00\ud800", "referrer": "http://\ud800.ru"}}, "", "")
def test_any_context_gives_the_same_storable_answer(
    context: dict[str, Any], ip: str, user_agent: str
) -> None:
    found, marks = derive(context, ip, user_agent)
    assert derive(context, ip, user_agent) == (found, marks)
    assert marks in {0, ROBOT}
    for field in found.__struct_fields__:
        assert "\x00" not in getattr(found, field)
        assert len(getattr(found, field).encode()) <= 1000
