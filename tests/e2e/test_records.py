"""What a person does with one record: the card of a customer, a file with errors."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.browsing import Visit

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.xdist_group("console"),
    # The loop of Playwright ends with the process; what it still holds is no fault of a test.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

TABS = ("События", "Атрибуты", "Заказы", "Товары", "Связанные записи", "Согласия", "Объединения")


def opened_card(visit: Visit, phone: str) -> None:
    """The card of whoever a phone leads to, found as a person finds it."""
    visit.go("people")
    visit.page.get_by_role("button", name="Телефон, e-mail, ID").click()
    visit.page.get_by_role("textbox").fill(phone)
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("[data-row]")).to_have_count(1)
    key = visit.page.evaluate(
        "value => fetch('/api/shop/profiles/find?' + new URLSearchParams({kind: 'phone', value}))"
        ".then(answer => answer.json()).then(found => found.id)",
        phone,
    )
    visit.go(f"profiles/{key}")


class TestCard:
    def test_every_tab_tells_of_the_person_and_is_readable_by_everybody(self, visit: Visit) -> None:
        opened_card(visit, "+79160000011")
        expect(visit.page.locator("h1")).to_have_text("Петров-11 Борис")
        for tab in TABS:
            visit.page.get_by_role("tab", name=tab).click()
            expect(visit.page.locator(".k-waiting")).to_have_count(0)
            assert visit.violations() == [], tab
        visit.page.get_by_role("tab", name="Заказы").click()
        expect(visit.page.get_by_role("table", name="Заказы")).to_contain_text("A-0011")

    def test_what_is_corrected_by_hand_is_confirmed_and_seen_at_once(self, visit: Visit) -> None:
        opened_card(visit, "+79160000012")
        visit.page.get_by_role("button", name="Изменить").click()
        visit.page.get_by_label("Город", exact=True).fill("Тверь")
        visit.page.get_by_role("button", name="Сохранить изменения").click()
        visit.page.get_by_role("tab", name="Атрибуты").click()
        city = visit.page.get_by_role("row", name=re.compile("Город"))
        expect(city).to_contain_text("Тверь")
        expect(city).to_contain_text("подтверждено")

    def test_a_refusal_is_recorded_with_the_words_of_the_card(self, visit: Visit) -> None:
        opened_card(visit, "+79160000013")
        visit.page.get_by_role("tab", name="Согласия").click()
        visit.page.get_by_role("button", name="Записать согласие или отказ").click()
        visit.page.get_by_label("Канал").fill("email")
        visit.page.get_by_role("button", name="Записать", exact=True).click()
        expect(visit.page.get_by_role("table", name="Что действует")).to_contain_text("отозвал согласие")

    def test_a_join_is_undone_from_the_card(self, visit: Visit) -> None:
        opened_card(visit, "+79160000014")
        visit.page.get_by_role("tab", name="Объединения").click()
        visit.page.get_by_role("button", name="Разъединить").first.click()
        visit.page.get_by_role("dialog").get_by_role("button", name="Разъединить").click()
        expect(visit.page.get_by_role("table", name="Как собран этот клиент")).to_contain_text("азъединение")


class TestImport:
    def test_a_file_with_errors_is_tried_loaded_and_its_bad_rows_are_given_back(
        self, visit: Visit, tmp_path: Path
    ) -> None:
        file = tmp_path / "гости.csv"
        lines = [
            "Фамилия;Имя;Телефон",
            "Гость;Олег;+7 905 111-22-33",
            "Гостья;Яна;8 905 1112234",
            "Никто;Никак;",
        ]
        file.write_text("\n".join(lines), encoding="cp1251")
        visit.go("imports/new")
        visit.page.set_input_files("input[type=file]", file)
        expect(visit.page.get_by_role("table", name="Что значат колонки")).to_contain_text("Гостья")
        assert visit.violations() == []
        visit.page.get_by_role("button", name="Проверить без загрузки").click()
        expect(visit.page.get_by_role("table", name="Что не примем и почему")).to_contain_text(
            "нет идентификатора"
        )
        assert visit.violations() == []
        visit.page.get_by_role("button", name="Запустить импорт").click()
        expect(visit.page.locator("h1 + .k-mark")).to_have_text("готов")
        with visit.page.expect_download() as kept:
            visit.page.get_by_role("link", name="Скачать отклонённые строки").click()
        assert "Никто" in Path(kept.value.path()).read_text(encoding="utf-8-sig")
        assert visit.violations() == []
