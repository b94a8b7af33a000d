"""Setting up a source: from its name to its first event, sent by a real SDK."""

import pytest
from playwright.sync_api import expect
from segment.analytics.client import Client

from tests.e2e.browsing import WAIT_MS, Visit

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.xdist_group("console"),
    # The loop of Playwright ends with the process; what it still holds is no fault of a test.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def test_a_source_is_made_and_its_first_event_arrives(visit: Visit) -> None:
    visit.go("sources/new")
    visit.page.get_by_label("Название").fill("Бэкенд сайта")
    visit.page.get_by_role("button", name="Создать и подключить").click()
    expect(visit.page.locator("h1")).to_have_text("Бэкенд сайта")
    expect(visit.page.get_by_text("Ждём первое событие…")).to_be_visible()
    expect(visit.page.locator(".k-code pre")).to_contain_text(visit.shop.url)
    key = visit.page.locator(".k-copy code").nth(1).inner_text()
    expect(visit.page.locator(".k-code pre")).to_contain_text(key)
    sender = Client(key, host=visit.shop.url, sync_mode=True)
    sender.track("from-sdk", "Tea Brewed", {"grade": "pu-erh"})
    sender.track("from-sdk", "Tea Spoilt", {})
    events = visit.page.get_by_role("table", name="События сейчас")
    # Accepted at once, applied and written into the history a few seconds later.
    expect(events).to_contain_text("Tea Brewed", timeout=WAIT_MS)
    expect(events).to_contain_text("pu-erh")
    expect(visit.page.get_by_text("События приходят.")).to_be_visible()
    assert visit.violations() == []
    visit.page.get_by_label("Найти среди показанных").fill("spoilt")
    expect(events).not_to_contain_text("Tea Brewed")
