"""The pages by which a project is set up and looked after: identity rules, schedules, kinds of records, one event."""

import json
import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import WAIT_MS, Visit, visiting
from tests.e2e.shop import Shop

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.xdist_group("console"),
    # The loop of Playwright ends with the process; what it still holds is no fault of a test.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
JOB_MS = 120_000
"""How long a job over the shop's base may wait and run on a machine that does other things, too."""


def notice(page: Page, text: str) -> None:
    expect(page.get_by_text(text, exact=True).first).to_be_visible(timeout=WAIT_MS)


def change_login_limit(page: Page, value: str) -> None:
    page.get_by_role("button", name="Изменить вид «Логин»").click()
    page.get_by_label("Значений у одного клиента").fill(value)
    page.get_by_role("button", name="Записать в черновик").click()


class TestRules:
    def test_a_draft_is_changed_tried_on_the_base_and_applied_both_ways(self, visit: Visit) -> None:
        page = visit.page
        visit.go("identity-rules")
        in_force = page.locator("h1 + .k-mark")
        expect(in_force).to_have_text(re.compile("действует версия"))
        before = int(in_force.inner_text().split()[-1])
        assert visit.violations() == []
        change_login_limit(page, "7")
        expect(page.get_by_text("Логин: Значений у одного клиента: 1 → 7")).to_be_visible()
        expect(page.get_by_role("heading", name="Черновик: 1 изменение")).to_be_visible()
        page.get_by_role("button", name="Проверить на всей базе").click()
        trial = page.locator(".k-panel", has_text="Проверка на всей базе").first
        expect(trial).to_contain_text("эти правила", timeout=WAIT_MS)
        expect(trial).to_contain_text("готово", timeout=JOB_MS)
        expect(trial).to_contain_text("По этим правилам клиенты останутся теми же.")
        assert visit.violations() == []
        page.get_by_role("button", name="Применить…").click()
        page.get_by_role("button", name="Применить с этого момента").click()
        expect(in_force).to_have_text(f"действует версия {before + 1}", timeout=JOB_MS)
        expect(page.get_by_role("heading", name="Черновик: 1 изменение")).to_have_count(0)

        page.get_by_role("tab", name="История").click()
        expect(page.get_by_role("heading", name=f"Версия {before + 1}")).to_be_visible()
        page.get_by_role("tab", name="Правила", exact=True).click()
        change_login_limit(page, "1")
        expect(page.get_by_text("Логин: Значений у одного клиента: 7 → 1")).to_be_visible()
        page.get_by_role("button", name="Применить…").click()
        page.get_by_text("И для всего прошлого").click()
        dialog = page.get_by_role("dialog")
        assert visit.violations() == []
        expect(dialog.get_by_role("button", name="Пересобрать клиентов")).to_be_disabled()
        dialog.get_by_role("textbox").fill("применить")
        dialog.get_by_role("button", name="Пересобрать клиентов").click()
        expect(page.get_by_text(f"Действует версия {before + 2}", exact=True)).to_be_visible(timeout=JOB_MS)
        expect(in_force).to_have_text(f"действует версия {before + 2}", timeout=JOB_MS)


def test_a_project_is_set_up_and_looked_after(browser: Browser, shop: Shop, signed: object) -> None:
    with visiting(browser, shop, state=signed, language="en") as visit:  # type: ignore[arg-type]
        page = visit.page
        make_schedule(visit)
        look_at_job(visit)
        make_kind(visit)
        look_at_event(visit)
        visit.go("status")
        expect(page.get_by_role("table", name="Parts of the system")).to_contain_text("Processing of events")
        assert visit.violations() == []
        visit.go("problems")
        page.locator("h1").wait_for()
        assert visit.violations() == []


def make_schedule(visit: Visit) -> None:
    """Counting profiles comes every Monday and Friday; then at once."""
    page = visit.page
    visit.go("schedules")
    page.get_by_role("button", name="Add a schedule").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What is done").click()
    page.get_by_title("Profiles counted by attribute").click()
    dialog.get_by_label("How often").click()
    page.get_by_title("On days of the week").click()
    dialog.get_by_label("Days of the week").click()
    page.get_by_title("Friday").click()
    page.keyboard.press("Escape")
    expect(dialog.get_by_text("Next times:")).to_be_visible()
    assert visit.violations() == []
    dialog.get_by_role("button", name="Save").click()
    row = page.get_by_role("row", name=re.compile("Profiles counted by attribute"))
    expect(row).to_contain_text("Mon, Fri at 04:00")
    row.get_by_role("button", name=re.compile("Actions")).click()
    page.get_by_role("menuitem", name="Run now").click()
    notice(page, "The job is added")
    assert visit.violations() == []


def look_at_job(visit: Visit) -> None:
    """The job that the schedule added is followed to its end."""
    page = visit.page
    visit.go("jobs")
    page.locator("tr", has_text="Profiles counted by attribute").first.locator("[data-row] a").click()
    expect(page.locator("h1")).to_have_text("Profiles counted by attribute")
    expect(page.locator("h1 + .k-mark")).to_have_text("Done", timeout=JOB_MS)
    assert visit.violations() == []


def make_kind(visit: Visit) -> None:
    """A kind of records with a field of each of two types."""
    page = visit.page
    visit.go("record-kinds")
    page.get_by_role("button", name="New kind").first.click()
    drawer = page.get_by_role("dialog")
    for label, text in (
        ("Name for programs", "teapot"), ("Russian, one", "Чайник"), ("Russian, many", "Чайники"),
        ("English, one", "Teapot"), ("English, many", "Teapots"),
    ):  # fmt: skip
        drawer.get_by_label(label).fill(text)
    drawer.get_by_role("button", name="Add a field").click()
    field = drawer.locator(".k-record-field")
    field.get_by_label("Russian").fill("Объём")
    field.get_by_label("English").fill("Volume")
    field.get_by_label("Name for programs").fill("volume")
    field.get_by_label("Type").click()
    page.get_by_title("Number", exact=True).click()
    assert visit.violations() == []
    drawer.get_by_role("button", name="Save").click()
    expect(page.get_by_role("table", name="Fields: Teapots")).to_contain_text("Volume")
    assert visit.violations() == []


def look_at_event(visit: Visit) -> None:
    """From the list to an event's own page, with what it decided and how it came."""
    page = visit.page
    visit.go(f"events?f={quote(json.dumps({'name': 'Order Completed'}))}")
    page.locator("[data-row] a").first.click()
    expect(page.locator("h1")).to_have_text("Order Completed")
    expect(page.get_by_role("table", name="Identifiers")).to_contain_text("user_id")
    for tab in ("Derived", "Decisions", "As it came"):
        page.get_by_role("tab", name=tab).click()
        assert visit.violations() == [], tab
    expect(page.get_by_role("figure", name="As it came")).to_contain_text('"messageId"')
