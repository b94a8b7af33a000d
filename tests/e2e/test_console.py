"""The console in Chromium, through a real server: each journey that a person makes."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browsing import Visit, visiting
from tests.e2e.shop import PEOPLE, Shop

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.xdist_group("console"),
    # The loop of Playwright ends with the process; what it still holds is no fault of a test.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


class TestSigningIn:
    def test_a_right_password_opens_the_console_and_signing_out_shuts_it(self, stranger: Visit) -> None:
        stranger.go("orders")
        stranger.sign_in(password="wrong")
        expect(stranger.page.get_by_role("alert")).to_contain_text("Неверный логин или пароль")
        stranger.sign_in()
        expect(stranger.page.get_by_role("navigation", name="Главное меню")).to_be_visible()
        expect(stranger.page.locator("h1")).to_have_text("Заказы")
        stranger.page.get_by_role("button", name="olga").click()
        stranger.page.get_by_role("menuitem", name="Выйти").click()
        expect(stranger.page.locator("#password")).to_be_visible()
        stranger.go("orders")
        expect(stranger.page.locator("#password")).to_be_visible()

    def test_a_login_of_another_shop_is_refused_like_an_unknown_one(self, stranger: Visit) -> None:
        said = []
        for login in ("nina", "nobody"):
            stranger.go()
            stranger.sign_in(login)
            said.append(stranger.page.get_by_role("alert").inner_text())
        assert said[0] == said[1]

    def test_a_session_that_ends_leads_to_the_sign_in_page(self, browser: Browser, shop: Shop) -> None:
        with visiting(browser, shop) as visit:
            visit.go()
            visit.sign_in()
            visit.page.wait_for_selector("nav .k-menu-item")
            visit.page.context.clear_cookies()
            password = visit.page.locator("#password")
            # What the page asks by itself may find out first.
            visit.page.get_by_role("link", name="Заказы").last.or_(password).first.click()
            expect(password).to_be_visible()


class TestList:
    def test_it_goes_on_to_the_end_without_pages(self, visit: Visit) -> None:
        visit.go("people")
        assert len(visit.rows()) == 50
        for _ in range(4):
            visit.page.locator(".k-foot").scroll_into_view_if_needed()
            visit.page.wait_for_load_state("networkidle")
        everybody = visit.total("Всего")
        assert len(set(visit.rows())) == everybody > PEOPLE // 2

    def test_a_filter_stands_in_the_address_and_survives_a_reload(self, visit: Visit) -> None:
        visit.go("people")
        visit.page.get_by_role("button", name="Телефон, e-mail, ID").click()
        visit.page.get_by_role("textbox").fill("8 (916) 000-00-07")
        visit.page.keyboard.press("Enter")
        expect(visit.page.locator("[data-row]")).to_have_count(1)
        visit.page.reload()
        expect(visit.page.locator("[data-row]")).to_have_count(1)
        expect(visit.page.locator("table")).to_contain_text("Сидорова-7")
        visit.page.get_by_role("button", name="Сбросить всё").click()
        expect(visit.page.locator("[data-row]")).to_have_count(50)

    def test_where_a_filter_leaves_nothing_it_offers_to_take_it_off(self, visit: Visit) -> None:
        visit.go("people?f=%7B%22tag%22%3A%22nobody-has-it%22%7D")
        expect(visit.page.get_by_role("heading", name="Ничего не нашлось")).to_be_visible()
        assert visit.violations() == []
        visit.page.get_by_role("button", name="Сбросить фильтры").click()
        expect(visit.page.locator("[data-row]")).to_have_count(50)

    def test_a_head_orders_the_rows(self, visit: Visit) -> None:
        visit.go("orders")
        falling = visit.rows()
        visit.page.get_by_role("button", name="Оформлен").last.click()
        expect(visit.page.locator("th[aria-sort=ascending]")).to_be_visible()
        expect(visit.page.locator("[data-row]").first).to_have_text("A-0000")
        assert falling[0] == f"A-{PEOPLE - 1:04d}"

    def test_columns_are_arranged_and_found_again_in_another_browser(
        self, visit: Visit, browser: Browser, shop: Shop, signed: Path
    ) -> None:
        visit.go("stores")
        visit.go("orders")
        visit.rows()
        visit.page.get_by_role("button", name="Колонки").click()
        with visit.page.expect_response(
            lambda one: "/columns/orders" in one.url and one.request.method == "PUT"
        ):
            visit.page.get_by_role("checkbox", name="Валюта").uncheck()
            visit.page.get_by_role("button", name="«Стадия» выше").click()
            visit.page.get_by_role("button", name="Закрепить «Заказ»").click()
        expect(visit.page.get_by_role("columnheader", name="Валюта")).to_have_count(0)
        with visiting(browser, shop, state=signed) as other:
            other.go("orders")
            other.rows()
            heads = [head for head in other.page.get_by_role("columnheader").all_inner_texts() if head]
            assert "Валюта" not in heads
            assert heads.index("Стадия") < heads.index("Статус")
            assert other.page.locator("th.k-pinned").last.inner_text() == "Заказ"
        with visit.page.expect_response(
            lambda one: "/columns/orders" in one.url and one.request.method == "DELETE"
        ):
            visit.page.get_by_role("button", name="Вернуть как было").click()

    def test_a_folder_is_kept_and_found_again_in_another_browser(
        self, visit: Visit, browser: Browser, shop: Shop, signed: Path
    ) -> None:
        visit.go("people")
        visit.page.get_by_role("button", name="Телефон, e-mail, ID").click()
        visit.page.get_by_role("textbox").fill("u-11")
        visit.page.keyboard.press("Enter")
        visit.page.get_by_role("button", name="Сохранить как папку").click()
        visit.page.get_by_role("textbox", name="Название папки").fill("Одиннадцатый")
        visit.page.get_by_role("button", name="Сохранить", exact=True).click()
        expect(visit.page.get_by_role("button", name="Одиннадцатый", pressed=True)).to_be_visible()
        with visiting(browser, shop, state=signed) as other:
            other.go("people")
            other.page.get_by_role("button", name="Одиннадцатый").click()
            expect(other.page.locator("[data-row]")).to_have_count(1)
            assert other.violations() == []
            other.page.get_by_role("button", name="Все папки").click()
            other.page.get_by_role("button", name="Удалить папку «Одиннадцатый»").click()
            other.page.get_by_role("button", name="Удалить папку", exact=True).click()
            expect(other.page.get_by_role("button", name="Одиннадцатый")).to_have_count(0)

    def test_the_keyboard_reaches_rows_and_opens_one(self, visit: Visit) -> None:
        visit.go("people")
        rows = visit.rows()
        visit.page.keyboard.press("KeyJ")
        visit.page.keyboard.press("KeyJ")
        visit.page.keyboard.press("KeyK")
        visit.page.keyboard.press("KeyJ")
        focused = visit.page.evaluate("document.activeElement.closest('[data-row]').innerText")
        assert focused == rows[1]
        visit.page.keyboard.press("Slash")
        expect(visit.page.locator(".k-filter-editor input")).to_be_focused()

    def test_rejected_events_are_chosen_and_closed(self, visit: Visit) -> None:
        visit.go("quarantine")
        before = len(visit.rows())
        visit.page.get_by_role("checkbox", name="Выбрать запись").first.check()
        assert visit.violations() == []
        visit.page.get_by_role("region", name="Действия с выбранными").get_by_role(
            "button", name="Закрыть"
        ).click()
        dialog = visit.page.get_by_role("dialog")
        expect(dialog).to_contain_text("1 событие не попадёт в данные")
        dialog.get_by_role("button", name="Закрыть", exact=True).last.click()
        expect(visit.page.locator("[data-row]")).to_have_count(before - 1)


class TestShell:
    def test_the_search_finds_a_person_by_a_phone_in_any_writing(self, visit: Visit) -> None:
        visit.go()
        visit.page.wait_for_selector("nav .k-menu-item")
        visit.page.keyboard.press("Control+KeyK")
        visit.page.get_by_role("combobox").fill("8 916 000 00 03")
        expect(visit.page.get_by_role("option").first).to_contain_text("Орлов-3")
        assert visit.violations() == []
        visit.page.keyboard.press("Enter")
        expect(visit.page.get_by_role("combobox")).to_have_count(0)
        expect(visit.page.locator("main")).to_contain_text("Орлов-3")

    def test_the_search_finds_a_list_by_its_name(self, visit: Visit) -> None:
        visit.go()
        visit.page.wait_for_selector("nav .k-menu-item")
        visit.page.keyboard.press("Control+KeyK")
        visit.page.get_by_role("combobox").fill("журнал")
        expect(visit.page.get_by_role("option").first).to_contain_text("Журнал действий")
        visit.page.keyboard.press("Enter")
        expect(visit.page.locator("h1")).to_have_text("Журнал действий")

    def test_an_address_that_is_none_says_so(self, visit: Visit) -> None:
        visit.go("no_such_list")
        expect(visit.page.locator("h1")).to_have_text("Такой страницы нет")
        assert visit.violations() == []

    def test_keys_go_to_a_list_show_their_sheet_and_rest_while_one_types(self, visit: Visit) -> None:
        page = visit.page
        visit.go("people")
        visit.rows()
        page.keyboard.press("KeyG")
        page.keyboard.press("KeyO")
        expect(page.locator("h1")).to_have_text("Заказы")
        page.keyboard.press("Shift+Slash")
        expect(page.get_by_role("table", name="Везде")).to_be_visible()
        assert visit.violations() == []
        page.keyboard.press("Escape")
        visit.go("roles")
        expect(page.locator("h1")).to_have_text("Роли и права")
        page.keyboard.press("KeyN")
        field = page.get_by_role("dialog").get_by_role("textbox").first
        field.press_sequentially("gc")
        expect(field).to_have_value("gc")
        expect(page.locator("h1")).to_have_text("Роли и права")

    def test_another_language_is_one_click_away_and_stays(self, browser: Browser, shop: Shop) -> None:
        with visiting(browser, shop) as visit:
            visit.go()
            visit.sign_in()
            visit.page.get_by_role("button", name="Eng").click()
            expect(visit.page.get_by_role("navigation", name="Main menu")).to_be_visible()
            visit.go("orders")
            expect(visit.page.locator("h1")).to_have_text("Orders")
            # A page that is open goes to the sign-in by itself once it has lost its session.
            visit.page.goto("about:blank")
            visit.page.context.clear_cookies(name="konnektu_shop")
            visit.go()
            expect(visit.page.get_by_label("Password")).to_be_visible()

    def test_a_role_sees_what_it_may_and_is_told_of_the_rest(self, browser: Browser, shop: Shop) -> None:
        with visiting(browser, shop) as visit:
            visit.go()
            visit.sign_in("roman")
            menu = visit.page.get_by_role("navigation", name="Главное меню")
            expect(menu.get_by_role("link", name="Заказы")).to_be_visible()
            expect(menu.get_by_role("link", name="Пользователи")).to_have_count(0)
            visit.go("users")
            expect(visit.page.locator("h1")).to_have_text("Такой страницы нет")

    def test_the_menu_is_folded_and_stays_so(self, visit: Visit) -> None:
        visit.go()
        visit.page.get_by_role("button", name="Свернуть меню").click()
        visit.page.reload()
        expect(visit.page.get_by_role("button", name="Развернуть меню")).to_be_visible()
        assert visit.violations() == []
