"""A segment from its first condition to the person who leaves it because time has passed."""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from segment.analytics.client import Client

from konnektu.core.clock import DAY, MINUTE
from tests.e2e.browsing import WAIT_MS, Visit, visiting
from tests.e2e.shop import Shop, empty_shop

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.xdist_group("console"),
    # The loop of Playwright ends with the process; what it still holds is no fault of a test.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

APPLIED_MS = 3 * WAIT_MS
"""How long the writer may take on a machine that does other things, too."""


@dataclass(frozen=True)
class Moving:
    """A shop whose clock can be moved."""

    shop: Shop
    sender: Client
    clock: Path

    def move(self, milliseconds: int) -> None:
        """Put the shop's clock ahead of the machine's, at once for all of its processes."""
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(str(milliseconds))
        fresh.replace(self.clock)


@pytest.fixture
def moving(built: None) -> Iterator[Moving]:
    """An installation of the test's own: its time is no other test's."""
    with tempfile.TemporaryDirectory(prefix="konnektu-e2e-", ignore_cleanup_errors=True) as folder:
        clock = Path(folder) / "clock"
        clock.write_text("0")
        with empty_shop(Path(folder), clock) as (shop, key):
            yield Moving(shop, Client(key, host=shop.url, sync_mode=True), clock)


def test_who_fills_a_cart_enters_at_once_and_leaves_when_time_has_passed(
    browser: Browser, moving: Moving
) -> None:
    sender = moving.sender
    sender.identify("u-1", {"firstName": "Анна", "lastName": "Иванова", "email": "anna@example.com"})
    sender.identify("u-2", {"firstName": "Борис", "lastName": "Петров", "email": "boris@example.com"})
    sender.track("u-2", "Product Added", {"product_id": "tea-1", "price": 150, "currency": "RUB"})
    sender.track("u-2", "Order Completed", {"order_id": "A-1", "total": 150, "currency": "RUB"})
    with visiting(browser, moving.shop) as visit:
        visit.go("segments/new")
        visit.sign_in()
        name_it_and_say_who(visit)
        changes(visit.page).get_by_role("radio", name="вошли").click()
        sender.track("u-1", "Product Added", {"product_id": "tea-2", "price": 300, "currency": "RUB"})
        expect(changes(visit.page)).to_contain_text("Иванова", timeout=APPLIED_MS)
        expect(changes(visit.page)).not_to_contain_text("Петров")
        visit.page.get_by_role("tab", name="Клиенты").click()
        expect(visit.page.locator("[data-row]")).to_have_count(1)
        assert visit.violations() == []
        moving.move(3 * DAY + MINUTE)
        read_why(visit)


def name_it_and_say_who(visit: Visit) -> None:
    """«Added to the cart in the last 3 days and did not order», built, saved and followed until it is in force."""
    page = visit.page
    page.get_by_role("button", name="Собрать с нуля").click()
    page.get_by_label("Название").fill("Корзина без заказа")
    did(page, "1", "Product Added")
    did(page, "2", "Order Completed")
    page.get_by_role("button", name="Не: 2").click()
    page.keyboard.press("Control+KeyZ")
    expect(page.get_by_role("button", name="Не: 2")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Control+Shift+KeyZ")
    expect(page.get_by_role("button", name="Не: 2")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Alt+ArrowUp")
    expect(row(page, "1")).to_contain_text("Order Completed")
    expect(page.locator(".s-words")).to_contain_text("Product Added")
    expect(page.locator(".s-words")).to_contain_text(
        "Клиенты, о которых ещё ничего не известно, в сегмент не входят."
    )
    assert visit.violations() == []
    page.get_by_role("button", name="Сохранить сегмент").click()
    expect(page.locator("h1")).to_have_text("Корзина без заказа")
    expect(page.locator("h1 + .k-mark")).to_have_text("Включён", timeout=APPLIED_MS)
    # What lies under the pointer has another colour for a moment.
    page.mouse.move(0, 0)
    assert visit.violations() == []
    page.get_by_role("tab", name="Вошли и вышли").click()


def did(page: Page, number: str, event: str) -> None:
    """Add a condition: did an event in the last three days."""
    page.get_by_role("button", name="Условие", exact=True).click()
    page.get_by_role("menuitem", name="Совершил событие").click()
    added = row(page, number)
    added.get_by_label("Событие", exact=True).fill(event)
    page.locator(f'.ant-select-item-option[title="{event}"]:visible').click()
    expect(added.locator(".ant-select-selection-item", has_text=event)).to_be_visible()
    added.get_by_label("Сколько времени", exact=True).fill("3")


def row(page: Page, number: str) -> Locator:
    """A condition of the builder by its number."""
    return page.get_by_role("group", name=f"Условие {number}", exact=True)


def changes(page: Page) -> Locator:
    """Who entered and who left."""
    return page.locator(".k-panel", has=page.get_by_role("heading", name="Вошли и вышли"))


def read_why(visit: Visit) -> None:
    """Three days later: the session has run out, the person has left, and the page says why."""
    page = visit.page
    address = re.sub(r"\?.*", "", page.url)
    page.goto(f"{address}?tab=turns")
    visit.sign_in()
    left = page.get_by_role("row").filter(has_text="вышел").first
    expect(left).to_contain_text("Иванова", timeout=APPLIED_MS)
    expect(left).to_contain_text("прошло время")
    left.get_by_role("link", name="Почему?").click()
    why = page.locator(".k-panel", has=page.get_by_role("heading", name="Иванова Анна: не в сегменте"))
    cart = why.locator(".s-part", has_text="Product Added")
    expect(cart.locator(".k-mark")).to_contain_text("нет")
    expect(cart).to_contain_text("Значение: 0")
    assert visit.violations() == []
