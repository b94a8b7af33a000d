"""What a person decides about who is one person, and what they learn of it before, in the card and in the lists."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.browsing import WAIT_MS, Visit, visiting
from tests.e2e.shop import Shop
from tests.e2e.test_records import opened_card

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.xdist_group("console"),
    # The loop of Playwright ends with the process; what it still holds is no fault of a test.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def hold_timeline(page: Page) -> list[Route]:
    """The first question to the timeline, which is answered only when it is let go."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/timeline?*", hold, times=1)
    return held


def write_note(page: Page, text: str) -> None:
    page.get_by_label("Заметка о клиенте для коллег").fill(text)
    page.get_by_role("button", name="Записать заметку").click()


class TestCard:
    def test_a_note_is_seen_among_the_events_whenever_it_is_applied(self, visit: Visit) -> None:
        page = visit.page
        held = hold_timeline(page)
        opened_card(visit, "+79160000021")
        page.get_by_label("Заметка о клиенте для коллег").wait_for()
        before = held[0].fetch()
        with page.expect_response("**/notes?*"):
            write_note(page, "Просил звонить вечером")
        held[0].fulfill(response=before)
        noted = page.locator(".k-timeline > li", has_text="Просил звонить вечером")
        expect(noted).to_have_count(1, timeout=WAIT_MS)
        # Nobody waits for the writer: the answer says that the note is on disk, and the card follows it.
        page.route(
            "**/notes?*", lambda route: route.continue_(url=route.request.url.replace("wait=5", "wait=0"))
        )
        write_note(page, "Перезвонили, доволен")
        expect(page.locator(".k-timeline > li", has_text="Перезвонили, доволен")).to_have_count(
            1, timeout=WAIT_MS
        )
        page.get_by_label("Какие события показать").click()
        page.get_by_title("Заметка", exact=True).click()
        page.keyboard.press("Escape")
        expect(page.locator(".k-timeline > li")).to_have_count(2)
        assert visit.violations() == []
        noted.get_by_role("link").click()
        expect(page.locator("h1")).to_have_text("note")
        page.get_by_role("link", name="что было тогда и раньше").click()
        expect(page.locator(".k-timeline > li").first).to_have_attribute("aria-current", "true")
        expect(page.locator(".k-timeline > li").first).to_contain_text("Просил звонить вечером")
        expect(page.get_by_text("Перезвонили, доволен")).to_have_count(0)
        assert visit.violations() == []
        page.get_by_role("link", name="С последних").click()
        expect(page.get_by_text("Перезвонили, доволен")).to_have_count(1)
        page.get_by_role("tab", name="Атрибуты").click()
        page.get_by_role("row", name="Имя").get_by_role("button", name="История").click()
        expect(page.get_by_role("dialog")).to_contain_text("источник данных")
        assert visit.violations() == []

    def test_a_cut_says_what_each_side_gets_back(self, visit: Visit) -> None:
        opened_card(visit, "+79160000022")
        visit.page.get_by_role("tab", name="Объединения").click()
        visit.page.get_by_role("button", name="Разъединить").first.click()
        dialog = visit.page.get_by_role("dialog")
        expect(dialog).to_contain_text("Останется этим клиентом")
        expect(dialog).to_contain_text("Станет отдельным клиентом")
        assert visit.violations() == []


def test_two_people_are_merged_and_cut_again_with_their_doubts(
    browser: Browser, shop: Shop, signed: object
) -> None:
    with visiting(browser, shop, state=signed, language="en") as visit:  # type: ignore[arg-type]
        visit.go("people")
        # Others have come by other tests, in whatever order these ran; customers of the shop have a number each.
        of_the_shop = visit.page.locator("tr", has_text="916")
        for row in (of_the_shop.nth(0), of_the_shop.nth(1)):
            row.get_by_role("checkbox", name="Select the record").check()
        visit.page.get_by_role("button", name="Merge", exact=True).click()
        dialog = visit.page.get_by_role("dialog")
        expect(dialog).to_contain_text("The rules by themselves would not merge these customers")
        expect(dialog).to_contain_text("Two values where there can be one")
        assert visit.violations() == []
        dialog.get_by_role("button", name="Merge 2").click()
        expect(dialog).to_have_count(0)
        visit.go("merges")
        visit.page.locator("[data-row] button").first.click()
        drawer = visit.page.get_by_role("dialog")
        expect(drawer).to_contain_text("Somebody decided so")
        drawer.get_by_role("button", name="Cut", exact=True).click()
        expect(visit.page.get_by_text("Becomes a customer apart")).to_be_visible()
        assert visit.violations() == []
