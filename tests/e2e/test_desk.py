"""The operator's path from a call to its end, and two people joined by hand from the card."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import Visit, visiting
from tests.e2e.shop import PASSWORD, Shop

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.xdist_group("console"),
    # The loop of Playwright ends with the process; what it still holds is no fault of a test.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

PHONE, CARD, ORDER = "+79265550001", "990012347788", "D-7001"
OTHER_PHONE, OTHER_CARD = "+79265550002", "990012348899"
KIND = {
    "en": {"one": "Pet", "many": "Pets"},
    "ru": {"one": "Питомец", "many": "Питомцы"},
    "fields": [
        {"name": "nick", "en": "Name", "ru": "Кличка", "is_required": True},
        {"name": "weight", "en": "Weight", "ru": "Вес", "type": "number"},
        {"name": "is_vaccinated", "en": "Vaccinated", "ru": "Привит", "type": "boolean"},
        {"name": "born", "en": "Born", "ru": "Родился", "type": "date"},
    ],
}
ASK = """async ([method, path, body]) => {
  const me = await (await fetch('/api/shop/me')).json();
  const headers = {'Content-Type': 'application/json', 'X-CSRF-Token': me.csrf};
  const answer = await fetch('/api/shop' + path, {method, headers, body: body && JSON.stringify(body)});
  return [answer.status, await answer.text()];
}"""


def asked(page: Page, method: str, path: str, body: Any = None) -> tuple[int, str]:
    """(status, text) of a request of whoever has signed in."""
    status, text = page.evaluate(ASK, [method, path, body])
    return int(status), str(text)


def made(page: Page, identifiers: dict[str, str], **attributes: str) -> None:
    """A person, applied."""
    body = {
        "identifiers": [{"kind": kind, "value": value} for kind, value in identifiers.items()],
        "attributes": attributes,
    }
    status, text = asked(page, "POST", "/profiles?wait=10", body)
    assert status == 202, text


@pytest.fixture
def operator(visit: Visit, browser: Browser, shop: Shop) -> Iterator[Visit]:
    """A new operator's browser; the customer who will call is there."""
    made(visit.page, {"phone": PHONE, "loyalty_card": CARD}, first_name="Кира", last_name="Звонкова")
    made(visit.page, {"phone": OTHER_PHONE, "loyalty_card": OTHER_CARD}, first_name="Лев")
    order = {"number": ORDER, "status": "paid", "total": "990.00", "currency": "RUB"}
    order["identifiers"] = [{"kind": "phone", "value": PHONE}]  # type: ignore[assignment]
    order["lines"] = [{"id": "1", "name": "Сенча", "price": "990.00"}]  # type: ignore[assignment]
    assert asked(visit.page, "PUT", "/orders?wait=10", {"orders": [order]})[0] == 202
    user = {"login": "oksana", "password": PASSWORD, "role": "operator"}
    status, text = asked(visit.page, "POST", "/users", user)
    assert status == 201, text
    with visiting(browser, shop) as found:
        found.go()
        found.sign_in("oksana")
        yield found


@pytest.fixture(autouse=True)
def _somewhere(visit: Visit) -> None:
    """The owner stands on a page of the origin, so that requests can be made from it."""
    visit.go("me")


class TestOperator:
    def test_a_call_is_served_and_nothing_else_is_reached(self, operator: Visit) -> None:
        page = operator.page
        expect(page).to_have_url(re.compile("/shop/desk$"))
        expect(page.get_by_label("Телефон или номер заказа")).to_be_focused()
        assert operator.violations() == []
        # Nobody, then the customer: by the keyboard alone.
        page.keyboard.type("+79265559999")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Никого не нашли")).to_be_visible()
        page.keyboard.press("Alt+KeyN")
        page.keyboard.type("8 926 555-00-01")
        page.keyboard.press("Enter")
        expect(page.get_by_text("З••• К•••")).to_be_visible()
        expect(page.locator("main")).not_to_contain_text("Звонкова")
        digits = page.get_by_label(re.compile("Последние 4 цифры"))
        expect(digits).to_be_focused()
        assert operator.violations() == []
        page.keyboard.type("0000")
        expect(page.get_by_text("Цифры не подходят")).to_be_visible()
        expect(digits).to_have_value("")
        expect(digits).to_be_focused()
        page.keyboard.type(CARD[-4:])
        expect(page.locator("h1")).to_have_text("Звонкова Кира")
        expect(page.get_by_role("table", name="Заказы")).to_contain_text("Сенча")
        assert operator.violations() == []
        page.get_by_role("button", name="Записать согласие или отказ").click()
        page.get_by_label("Канал").fill("sms")
        page.get_by_role("dialog").get_by_role("button", name="Записать").click()
        expect(page.get_by_role("table", name="Согласия")).to_contain_text("отозвал согласие")
        page.keyboard.press("Alt+KeyN")
        self._is_locked_out(operator)
        self._reaches_nothing(operator)

    @staticmethod
    def _is_locked_out(operator: Visit) -> None:
        """Wrong digits for another customer, in English, until that customer waits."""
        page = operator.page
        page.get_by_role("button", name="Eng").click()
        page.get_by_label("Phone or number of an order").fill(OTHER_PHONE)
        page.keyboard.press("Enter")
        digits = page.get_by_label(re.compile("Last 4 digits"))
        for _ in range(5):
            expect(digits).to_be_focused()
            digits.press_sequentially("0000")
            expect(page.get_by_text("The digits do not fit")).to_be_visible()
            expect(digits).to_have_value("")
        digits.press_sequentially(OTHER_CARD[-4:])
        expect(page.get_by_text("Too many tries")).to_be_visible()
        assert operator.violations() == []
        page.get_by_role("button", name="Рус").click()

    @staticmethod
    def _reaches_nothing(operator: Visit) -> None:
        for path in ("/profiles?limit=1", "/orders", "/sections/people/rows", "/exports/profiles"):
            assert asked(operator.page, "GET", path)[0] == 403, path
        assert "Звонкова" not in asked(operator.page, "GET", "/search?text=%2B79265550001")[1]
        for address in ("people", "orders", "profiles/0190b5a0-0000-7000-8000-000000000000"):
            operator.go(address)
            refusal = re.compile("не видна вашей роли|Нет доступа", re.IGNORECASE)
            expect(operator.page.locator("main")).to_contain_text(refusal)
        operator.go("")
        expect(operator.page).to_have_url(re.compile("/shop/desk$"))


class TestCard:
    def test_related_records_are_made_and_changed_and_two_people_joined_by_hand(self, visit: Visit) -> None:
        page = visit.page
        made(page, {"phone": "+79265550011", "loyalty_card": "990012340011"}, first_name="Нина", city="Тула")
        made(page, {"phone": "+79265550012"}, first_name="Нина", last_name="Двойник", city="Тверь")
        assert asked(page, "PUT", "/record-kinds/pet?wait=10", KIND)[0] == 202
        status, text = asked(page, "GET", "/profiles/find?kind=phone&value=%2B79265550011")
        assert status == 200, text
        visit.go(f"profiles/{msgspec.json.decode(text)['id']}?tab=records")
        self._records(visit)
        self._apart_and_back(visit)
        self._joined(visit)

    @staticmethod
    def _records(visit: Visit) -> None:
        page = visit.page
        page.get_by_role("button", name="Добавить запись").first.click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Номер").fill("pet-1")
        dialog.get_by_label("Кличка").fill("Барсик")
        dialog.get_by_label("Вес").fill("4.5")
        dialog.get_by_label("Привит").click()
        page.get_by_title("да", exact=True).click()
        assert visit.violations() == []
        dialog.get_by_role("button", name="Сохранить запись").click()
        row = page.get_by_role("row", name=re.compile("pet-1"))
        expect(row).to_contain_text("Барсик")
        expect(row).to_contain_text("да")
        row.get_by_role("button", name="Изменить pet-1").click()
        page.get_by_role("dialog").get_by_label("Кличка").fill("Мурзик")
        page.get_by_role("dialog").get_by_role("button", name="Сохранить запись").click()
        expect(row).to_contain_text("Мурзик")

    @staticmethod
    def _picked(visit: Visit) -> None:
        """Finds the other person in the dialog that is open."""
        dialog = visit.page.get_by_role("dialog")
        dialog.get_by_label("Найти клиента").fill("+79265550012")
        expect(dialog.get_by_role("table", name="Найденные клиенты")).to_contain_text("Двойник")
        assert visit.violations() == []
        dialog.get_by_role("table").get_by_role("button", name="Выбрать").click()

    def _apart_and_back(self, visit: Visit) -> None:
        page = visit.page
        page.get_by_role("tab", name="Объединения").click()
        page.get_by_role("button", name="Никогда не объединять").click()
        self._picked(visit)
        page.get_by_role("dialog").get_by_role("button", name="Запретить объединение").click()
        decisions = page.get_by_role("table", name="Как собран этот клиент")
        expect(decisions).to_contain_text("запрещено объединять")
        decisions.get_by_role("button", name="Снять запрет").click()
        page.get_by_role("dialog").get_by_role("button", name="Снять запрет").click()
        expect(decisions).to_contain_text("запрет снят")
        expect(decisions.get_by_role("button", name="Снять запрет")).to_have_count(0)

    def _joined(self, visit: Visit) -> None:
        page = visit.page
        page.get_by_role("button", name="Объединить с другим клиентом").click()
        self._picked(visit)
        foreseen = page.get_by_role("dialog").get_by_role("table", name="Какой станет карточка")
        city = foreseen.get_by_role("row", name=re.compile("Город"))
        expect(city).to_contain_text("Тверь")
        expect(city).to_contain_text("Тула")
        assert visit.violations() == []
        page.get_by_role("dialog").get_by_role("button", name=re.compile("^Объединить")).click()
        identifiers = page.get_by_role("table", name="Идентификаторы")
        expect(identifiers).to_contain_text("79265550012")
        expect(page.locator("h1")).to_contain_text("Двойник")
