"""What a person does with a whole list: has it as a file, tags everybody in it."""

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


def test_a_whole_list_leaves_as_a_file_and_everybody_in_it_is_tagged(visit: Visit) -> None:
    page = visit.page
    visit.go("orders?f=%7B%22ordered_at%22%3A%7B%22days%22%3A30%7D%7D")
    visit.rows()
    expect(page.get_by_role("button", name="последние 30 дней")).to_be_visible()
    expect(page.locator(".k-foot")).to_contain_text(f"из {PEOPLE}")
    page.get_by_role("button", name="Выгрузить").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"Записей: {PEOPLE}")
    dialog.get_by_role("radio", name="CSV").click()
    assert visit.violations() == []
    dialog.get_by_role("button", name="Выгрузить").click()
    page.get_by_role("button", name="Файлы и задания").click()
    with page.expect_download() as kept:
        page.get_by_role("link", name="Скачать").click()
    assert len(Path(kept.value.path()).read_text(encoding="utf-8-sig").splitlines()) == PEOPLE + 1
    visit.go("people")
    visit.rows()
    page.get_by_role("checkbox", name="Выбрать все показанные").check()
    page.get_by_role("button", name=f"Выбрать все {PEOPLE} по фильтру").click()
    page.get_by_role("region", name="Действия с выбранными").get_by_role("button", name="Метки").click()
    expect(page.get_by_role("dialog")).to_contain_text(f"у всех клиентов по фильтру: {PEOPLE}")
    assert visit.violations() == []
    page.get_by_role("dialog").get_by_role("textbox").fill("весна")
    page.get_by_role("dialog").locator(".ant-btn-primary").click()
    page.get_by_role("button", name="Файлы и задания").click()
    expect(page.locator(".k-work")).to_contain_text(f"готово: {PEOPLE}")


def test_columns_that_an_administrator_arranged_are_what_a_role_sees(
    browser: Browser, shop: Shop, visit: Visit
) -> None:
    page, region = visit.page, "Регион"
    visit.go("visitors")
    visit.rows()
    page.get_by_role("button", name="Колонки").click()
    page.get_by_role("checkbox", name=region).check()
    page.get_by_role("button", name=f"Закрепить «{region}»").click()
    page.get_by_role("button", name="Сделать видом для роли").click()
    assert visit.violations() == []
    page.get_by_role("button", name="Сделать видом", exact=True).click()
    expect(page.get_by_text("Вид для роли сохранён")).to_be_visible()
    page.get_by_role("button", name="Вернуть как было").click()
    expect(page.get_by_role("columnheader", name=region)).to_be_visible()
    with visiting(browser, shop) as other:
        other.go()
        other.sign_in("roman")
        other.page.wait_for_selector("nav")
        other.go("visitors")
        expect(other.page.get_by_role("columnheader", name=region)).to_be_visible()
    page.get_by_role("button", name="Сделать видом для роли").click()
    page.get_by_role("button", name="Убрать вид этой роли").click()
    expect(page.get_by_role("columnheader", name=region)).to_have_count(0)
