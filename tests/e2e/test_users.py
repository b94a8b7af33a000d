"""Users and their rights in the console: a second factor, a role and what it shows, tokens, other people's projects."""

import time
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, expect

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
STEP_SECONDS = 30
"""How long a code is good; each is taken once."""


def code_after(secret: str, used: str) -> str:
    """A code that was not used yet: of the present step or of the next, which holds, too."""
    now, app = int(time.time()), pyotp.TOTP(secret)
    codes = [app.at(now + STEP_SECONDS * step) for step in (0, 1)]
    return next(one for one in codes if one != used)


def invited(visit: Visit, login: str, role: str) -> str:
    """The link of an invitation of somebody, as the dialog shows it this once."""
    page = visit.page
    visit.go("invitations")
    page.get_by_role("button", name="Пригласить").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Кого пригласить").fill(f"Анна Иванова, {login}")
    dialog.get_by_label("Роль").click()
    page.get_by_title(role, exact=True).click()
    dialog.get_by_role("button", name="Пригласить 1 человека").click()
    link = dialog.locator(".k-copy code").inner_text()
    assert visit.violations() == []
    dialog.get_by_role("button", name="Ссылки переданы").click()
    expect(page.get_by_text(link)).to_have_count(0)
    return link


class TestWhoComesIn:
    def test_an_invited_person_sets_a_second_factor_up_and_comes_in_by_its_code(
        self, browser: Browser, shop: Shop, visit: Visit
    ) -> None:
        link = invited(visit, "anna", "Аналитик")
        with visiting(browser, shop) as anna:
            page = anna.page
            page.goto(link)
            page.fill("input[name=password]", PASSWORD)
            page.click("button")
            page.get_by_role("button", name="anna").click()
            page.get_by_role("menuitem", name="Моя учётная запись").click()
            page.get_by_role("button", name="Настроить второй фактор").click()
            dialog = page.get_by_role("dialog")
            dialog.get_by_label("Ваш пароль").fill(PASSWORD)
            dialog.get_by_role("button", name="Дальше").click()
            expect(dialog.get_by_role("img", name="QR-код для приложения")).to_be_visible()
            secret = dialog.locator(".k-copy code").inner_text()
            assert anna.violations() == []
            first = pyotp.TOTP(secret).now()
            dialog.get_by_label("Код").fill(first)
            dialog.get_by_role("button", name="Включить").click()
            expect(dialog.get_by_text("Коды показаны один раз")).to_be_visible()
            assert len(dialog.locator("pre").inner_text().split("\n")) > 5
            dialog.get_by_role("button", name="Коды сохранены").click()
            expect(page.get_by_text("Включён")).to_be_visible()
            assert anna.violations() == []
            page.get_by_role("button", name="anna").click()
            page.get_by_role("menuitem", name="Выйти").click()
            anna.sign_in("anna")
            page.fill("input[name=code]", code_after(secret, first))
            page.click("button")
            page.wait_for_selector("nav .k-menu-item")
            # An analyst has neither the users nor their page, and is told which right opens it.
            expect(page.locator("nav").get_by_role("link", name="Пользователи")).to_have_count(0)
            anna.go("roles")
            expect(page.get_by_role("heading", name="Нет доступа")).to_be_visible()

    def test_another_project_refuses_a_login_of_this_one_like_an_unknown_one(
        self, browser: Browser, shop: Shop
    ) -> None:
        with visiting(browser, shop) as other:
            said = []
            for login in ("olga", "nobody"):
                other.page.goto(f"{shop.url}/other/")
                other.sign_in(login)
                said.append(other.page.get_by_role("alert").inner_text())
            assert said[0] == said[1]


class TestWhatOneMay:
    def test_another_role_changes_the_menu_and_the_log_says_how(
        self, browser: Browser, shop: Shop, visit: Visit
    ) -> None:
        page = visit.page
        with visiting(browser, shop) as anybody:
            anybody.page.goto(invited(visit, "boris", "Только чтение"))
            anybody.page.fill("input[name=password]", PASSWORD)
            anybody.page.click("button")
            anybody.page.wait_for_selector("nav .k-menu-item")
            menu = anybody.page.locator("nav")
            expect(menu.get_by_role("link", name="Импорт", exact=True)).to_have_count(0)
            visit.go("users")
            page.get_by_role("link", name="boris").click()
            expect(page.locator("h1")).to_have_text("Анна Иванова")
            page.get_by_role("button", name="Роль и состояние").click()
            dialog = page.get_by_role("dialog")
            dialog.get_by_label("Роль").click()
            page.get_by_title("Маркетолог", exact=True).last.click()
            dialog.get_by_role("button", name="Сохранить").click()
            expect(page.get_by_role("link", name="Маркетолог")).to_be_visible()
            # A role that changes signs its people out.
            anybody.go()
            anybody.sign_in("boris")
            expect(menu.get_by_role("link", name="Новый импорт")).to_be_visible()
        visit.go("audit")
        page.get_by_text("Пользователь изменён").first.click()
        drawer = page.get_by_role("dialog")
        expect(drawer.locator("del").first).to_have_text("read_only")
        expect(drawer.locator("ins").first).to_have_text("marketer")
        assert visit.violations() == []

    def test_a_token_is_shown_once_and_opens_what_it_says(self, visit: Visit) -> None:
        page = visit.page
        visit.go("tokens")
        page.get_by_role("button", name="Новый ключ").first.click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Название").fill("Сайт")
        dialog.get_by_label("Видеть заказы").check()
        assert visit.violations() == []
        dialog.get_by_role("button", name="Создать ключ").click()
        secret = dialog.locator("pre").inner_text()
        dialog.get_by_role("button", name="Ключ сохранён").click()
        expect(page.get_by_text(secret)).to_have_count(0)
        bearer = {"Authorization": f"Bearer {secret}"}
        answers = [
            page.context.request.get(f"{visit.shop.url}/api/shop/{one}", headers=bearer).status
            for one in ("orders", "users")
        ]
        assert answers == [200, 403]

    def test_the_card_stands_as_it_was_arranged_for_a_role(
        self, browser: Browser, shop: Shop, signed: Path
    ) -> None:
        with visiting(browser, shop, state=signed, language="en") as olga:
            page = olga.page
            olga.go("menu-and-card")
            page.get_by_label("For whom").click()
            page.get_by_title("Read only", exact=True).click()
            page.get_by_role("radio", name="Customer card").click()
            page.get_by_role("checkbox", name="Consents").uncheck()
            page.get_by_role("button", name="Save").click()
            expect(page.get_by_text("arranged for the role")).to_be_visible()
        with visiting(browser, shop, language="en") as roman:
            page = roman.page
            roman.go("people")
            roman.sign_in("roman")
            roman.rows()
            key = page.locator("[data-row]").first.get_attribute("data-row")
            roman.go(f"profiles/{key}")
            expect(page.get_by_role("tab", name="Attributes")).to_be_visible()
            expect(page.get_by_role("tab", name="Consents")).to_have_count(0)
