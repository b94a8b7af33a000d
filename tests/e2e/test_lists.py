"""What a person does with a whole list: has it as a file, tags everybody in it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from python_calamine import CalamineWorkbook

from tests.e2e.browsing import WAIT_MS, Visit, visiting
from tests.e2e.shop import PEOPLE, Shop
from tests.e2e.test_segments import APPLIED_MS, did

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.xdist_group("console"),
    # The loop of Playwright ends with the process; what it still holds is no fault of a test.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
IS_SILENCE_GONE = """() => fetch('/api/shop/computed').then(answer => answer.json())
  .then(found => found.items.every(one => one.title !== 'Молчит'))"""


def test_a_whole_list_leaves_as_a_file_and_everybody_in_it_is_tagged(visit: Visit) -> None:
    page = visit.page
    visit.go("orders?f=%7B%22ordered_at%22%3A%7B%22days%22%3A30%7D%7D")
    visit.rows()
    expect(page.get_by_role("button", name="последние 30 дней")).to_be_visible()
    orders = visit.total("из")
    number = page.locator("[data-row]").first.inner_text().split("\n")[0].strip()
    assert orders >= PEOPLE
    page.get_by_role("button", name="Выгрузить").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"Записей: {orders}")
    dialog.get_by_role("radio", name="CSV").click()
    assert visit.violations() == []
    dialog.get_by_role("button", name="Выгрузить").click()
    page.get_by_role("button", name="Файлы и задания").click()
    with page.expect_download() as kept:
        page.get_by_role("link", name="Скачать").click()
    assert len(Path(kept.value.path()).read_text(encoding="utf-8-sig").splitlines()) == orders + 1
    visit.go("orders")
    visit.rows()
    page.get_by_role("button", name="Ещё условия").click()
    dialog.get_by_label("Поле", exact=True).fill("Номер")
    page.locator('.ant-select-item-option[title="Номер"]:visible').click()
    dialog.get_by_label("Значение", exact=True).fill(number)
    page.keyboard.press("Enter")
    assert visit.violations() == []
    dialog.get_by_role("button", name="Применить").click()
    expect(page.locator("[data-row]")).to_have_count(1, timeout=WAIT_MS)
    expect(page.get_by_role("button", name="Ещё условия: 1")).to_be_visible()
    expect(page.locator(".k-foot")).to_contain_text(re.compile(r"Всего 1\b"))
    page.get_by_role("link", name="Клиенты с такими заказами").click()
    expect(page.locator("h1")).to_have_text("Клиенты", timeout=WAIT_MS)
    expect(page.locator("[data-row]")).to_have_count(1, timeout=WAIT_MS)
    assert visit.violations() == []
    visit.go("people")
    visit.rows()
    page.get_by_role("checkbox", name="Выбрать все показанные").check()
    everybody = page.get_by_role("button", name=re.compile(r"^Выбрать все \d+ по фильтру$"))
    people = re.sub(r"\D", "", everybody.inner_text())
    everybody.click()
    page.get_by_role("region", name="Действия с выбранными").get_by_role("button", name="Метки").click()
    expect(page.get_by_role("dialog")).to_contain_text(f"у всех клиентов по фильтру: {people}")
    assert visit.violations() == []
    page.get_by_role("dialog").get_by_role("textbox").fill("весна")
    page.get_by_role("dialog").locator(".ant-btn-primary").click()
    page.get_by_role("button", name="Файлы и задания").click()
    expect(page.locator(".k-work")).to_contain_text(f"готово: {people}")


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


def test_conditions_narrow_a_list_and_become_a_folder_and_a_segment(visit: Visit) -> None:
    page, drawer = visit.page, visit.page.get_by_role("dialog")
    visit.go("people")
    visit.rows()
    page.get_by_role("button", name="Ещё условия").click()
    did(page, "1", "Order Completed")
    expect(drawer).to_contain_text("базы, на", timeout=WAIT_MS)
    assert visit.violations() == []
    drawer.get_by_role("button", name="Применить").click()
    chip = page.get_by_role("button", name="Условия:")
    expect(chip).to_contain_text("Order Completed")
    expect(page.locator(".k-foot")).to_contain_text(re.compile(r" на \d+:\d+:\d+"))
    assert visit.violations() == []
    page.reload()
    visit.rows()
    expect(chip).to_contain_text("Order Completed")
    page.get_by_role("button", name="Ещё фильтр").click()
    page.get_by_label("Найти фильтр").fill("фамил")
    page.get_by_role("button", name="Фамилия", exact=True).click()
    page.get_by_role("textbox", name="Фамилия").fill("ОРЛОВ")
    page.get_by_role("button", name="Применить").click()
    expect(page.get_by_role("button", name="Фамилия: содержит «ОРЛОВ»")).to_be_visible()
    expect(page.locator(".k-foot")).to_contain_text("Всего ")
    found = len(visit.rows())
    assert 0 < found <= PEOPLE // 5
    page.get_by_role("button", name="Сохранить как папку").click()
    page.get_by_role("textbox", name="Название папки").fill("Орловы с заказом")
    page.get_by_role("dialog").get_by_role("button", name="Сохранить").click()
    expect(page.get_by_role("button", name=f"Орловы с заказом {found}")).to_be_visible()
    page.get_by_role("button", name="Сохранить как сегмент").click()
    page.get_by_role("textbox", name="Название сегмента").fill("Орловы с заказом")
    page.get_by_role("button", name="Создать сегмент").click()
    expect(page.get_by_role("heading", name="Орловы с заказом")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Order Completed")


def test_a_computed_attribute_is_seen_on_the_card_chosen_as_a_column_and_exported(
    browser: Browser, shop: Shop, signed: Path, visit: Visit
) -> None:
    page = visit.page
    make_ltv(visit)
    make_silence(visit)
    visit.go("people")
    visit.rows()
    page.get_by_role("button", name="Колонки").click()
    for title in ("LTV", "Молчит"):
        page.get_by_role("checkbox", name=title, exact=True).check()
    page.keyboard.press("Escape")
    table = page.get_by_role("table", name="Известные клиенты")
    expect(page.get_by_role("columnheader", name="LTV")).to_have_attribute(
        "title", re.compile("не сортируется"), timeout=WAIT_MS
    )
    expect(table.locator('[title="Значение ещё считается"]')).to_have_count(0, timeout=APPLIED_MS)
    expect(table.get_by_text(re.compile(r"^[1-4]50,00\u00a0₽$")).first).to_be_visible(timeout=WAIT_MS)
    expect(table.get_by_text(re.compile(r"^\d+\u00a0(день|дня|дней)$")).first).to_be_visible(timeout=WAIT_MS)
    assert visit.violations() == []
    page.get_by_role("link", name=re.compile("Орлов-128")).click()
    page.get_by_role("tab", name="Атрибуты").click()
    card = page.get_by_role("table", name="Вычисляемые атрибуты")
    expect(card).to_contain_text("Сумма «сумма без возвратов»", timeout=WAIT_MS)
    expect(card).to_contain_text("450,00\u00a0₽", timeout=WAIT_MS)
    read_exported(visit)
    ask_by_ltv(visit)
    with visiting(browser, shop, state=signed, language="en") as other:
        other.go("people")
        other.rows()
        english = other.page.get_by_role("table", name="Known people")
        expect(english.get_by_text(re.compile(r"^₽[1-4]50\.00$")).first).to_be_visible(timeout=WAIT_MS)
        expect(english.get_by_text(re.compile(r"^\d+\u00a0days?$")).first).to_be_visible(timeout=WAIT_MS)
    delete_silence(visit)
    visit.go("people")
    visit.rows()
    expect(page.get_by_role("columnheader", name="LTV")).to_be_visible(timeout=WAIT_MS)
    expect(page.get_by_role("columnheader", name="Молчит")).to_have_count(0, timeout=WAIT_MS)
    page.get_by_role("button", name="Колонки").click()
    page.get_by_role("button", name="Вернуть как было").click()
    expect(page.get_by_role("columnheader", name="LTV")).to_have_count(0, timeout=WAIT_MS)


def make_ltv(visit: Visit) -> None:
    """LTV as it comes with the product, saved as it is."""
    visit.go("computed/new")
    visit.page.get_by_role("button", name="Начать с этого: LTV").click()
    expect(visit.page.get_by_text("Что получается")).to_be_visible(timeout=WAIT_MS)
    assert visit.violations() == []
    visit.page.get_by_role("button", name="Сохранить").click()
    expect(visit.page.locator("h1")).to_have_text("LTV", timeout=APPLIED_MS)


def make_silence(visit: Visit) -> None:
    """Days since the last order, in words of the project's own."""
    page = visit.page
    visit.go("computed/new")
    page.get_by_role("button", name="Собрать с нуля").click()
    page.get_by_label("Название").fill("Молчит")
    page.get_by_label("Единица").fill("дн.")
    page.get_by_label("Вид значения").click()
    page.locator(".ant-select-item-option", has_text="Сколько дней прошло").click()
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator("h1")).to_have_text("Молчит", timeout=APPLIED_MS)


def read_exported(visit: Visit) -> None:
    """The list of people as a workbook: amounts and days are numbers."""
    page = visit.page
    visit.go("people")
    visit.rows()
    page.get_by_role("button", name="Выгрузить").click()
    page.get_by_role("dialog").get_by_role("button", name="Выгрузить").click()
    page.get_by_role("button", name="Файлы и задания").click()
    file = page.locator(".k-work li", has_text="Известные клиенты").filter(has_text="XLSX").first
    with page.expect_download() as kept:
        file.get_by_role("link", name="Скачать").click()
    heads, *rows = CalamineWorkbook.from_path(kept.value.path()).get_sheet_by_index(0).to_python()
    at = {name: heads.index(name) for name in ("LTV, RUB", "Молчит, дн.")}
    assert len(rows) >= PEOPLE
    values = [(row[at["LTV, RUB"]], row[at["Молчит, дн."]]) for row in rows]
    assert {ltv for ltv, _ in values} >= {150.0, 300.0, 450.0}
    assert all(isinstance(days, float) for ltv, days in values if ltv in {150.0, 300.0, 450.0})


def ask_by_ltv(visit: Visit) -> None:
    """Those whose LTV is large enough, from the menu of filters."""
    page, drawer = visit.page, visit.page.get_by_role("dialog")
    visit.go("people")
    visit.rows()
    page.get_by_role("button", name="Ещё фильтр").click()
    page.get_by_role("button", name="LTV", exact=True).click()
    drawer.get_by_role("group", name="Условие 1", exact=True).get_by_role("textbox").fill("400")
    drawer.get_by_role("button", name="Применить").click()
    expect(page.get_by_role("button", name="Условия: LTV ≥ 400,00")).to_be_visible(timeout=WAIT_MS)
    expect(page.locator(".k-foot")).to_contain_text("Всего ", timeout=WAIT_MS)
    assert 0 < len(visit.rows()) <= PEOPLE // 2


def delete_silence(visit: Visit) -> None:
    """The attribute goes, and with it its column from wherever it was chosen."""
    page = visit.page
    visit.go("computed")
    visit.rows()
    page.get_by_role("link", name="Молчит").click()
    page.get_by_role("button", name="Удалить").click()
    page.get_by_role("dialog").get_by_role("button", name="Удалить").click()
    expect(page.locator("h1")).to_have_text("Вычисляемые атрибуты", timeout=APPLIED_MS)
    page.wait_for_function(IS_SILENCE_GONE, timeout=APPLIED_MS)
