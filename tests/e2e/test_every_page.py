"""Every page of the console, opened by its address in both languages and both shades at 1280 pixels."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page
from scripts.console_pages import SETTLED, WATCH, Place, places

from tests.e2e.browsing import WAIT_MS, Visit, ask_axe, axe_found, visiting
from tests.e2e.shop import ROOT, Shop

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.xdist_group("console"),
    # The loop of Playwright ends with the process; what it still holds is no fault of a test.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
BUILT = ROOT / "src" / "konnektu" / "_ui" / "assets"
FIRST_VISIT_MOST = 400_000
"""Bytes of scripts, styles and fonts."""
WIDTH = 1280
TABS = 3
"""Pages that are opened side by side: one loads while axe reads another."""
PATIENCE_MS = 4 * WAIT_MS
"""How long a page may take here, several at once; how long it takes is measured by scripts/screenshots.py."""
ASK = "path => fetch('/api/shop' + path).then(answer => answer.json())"
FURNISH = """async () => {
  const me = await (await fetch('/api/shop/me')).json();
  const send = (path, body, type) => fetch('/api/shop' + path, {
    method: 'POST', body, headers: {'Content-Type': type, 'X-CSRF-Token': me.csrf},
  });
  const test = {is: 'text', op: 'equals', values: ['Тула']};
  const segment = {key: 'tula', name: 'Тула', definition: {entry: {is: 'attribute', name: 'city', test}}};
  const answers = [
    await send('/segments', JSON.stringify(segment), 'application/json'),
    await send('/imports?file_name=guests.csv', 'Имя;Телефон\\nОлег;+79051112299', 'text/csv'),
  ];
  return answers.map(one => one.status);
}"""
"""Makes a record of each kind whose page would have none to show."""
HAS_SEGMENT = """() => fetch('/api/shop/sections/segments/rows?limit=1')
  .then(answer => answer.json()).then(found => found.items.length > 0)"""
SHAPE = """() => ({
  heads: document.querySelectorAll("h1").length,
  isFocused: document.querySelector("main").contains(document.activeElement),
  isNamed: document.title.startsWith(document.querySelector("h1")?.innerText + " · "),
  wider: [document.documentElement, document.querySelector("main")].some(one => one.scrollWidth > one.clientWidth),
})"""
WELL = {"heads": 1, "isFocused": True, "isNamed": True, "wider": False}


@pytest.fixture(scope="module")
def furnished(browser: Browser, shop: Shop, signed: Path) -> None:
    with visiting(browser, shop, state=signed) as visit:
        visit.go()
        assert visit.page.evaluate(FURNISH) == [202, 201]
        visit.page.wait_for_function(HAS_SEGMENT, timeout=PATIENCE_MS)


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize(("language", "shade"), [("ru", "light"), ("en", "dark")])
def test_it_opens_whole_and_is_readable_by_everybody(
    browser: Browser, shop: Shop, signed: Path, language: str, shade: str
) -> None:
    """Errors of the browser and requests that leave the origin are faults of the visit."""
    with visiting(browser, shop, state=signed, language=language, width=WIDTH, color_scheme=shade) as visit:
        visit.page.context.add_init_script(WATCH)
        visit.go()
        visit.page.wait_for_function(SETTLED)
        menu = visit.page.eval_on_selector_all("nav a.k-menu-item", "all => all.map(one => one.href)")
        pages = places(lambda path: visit.page.evaluate(ASK, path))
        assert {one.removeprefix(shop.link) for one in menu} <= {one.address for one in pages}
        faults, times = walked(visit, pages)
    slowest = sorted(times, key=lambda address: -times[address])[:3]
    print(f"{language}: {len(pages)} pages; slowest: {[(one, round(times[one])) for one in slowest]} ms")
    assert faults == {}


def test_the_first_visit_of_a_list_is_small(browser: Browser, shop: Shop, signed: Path) -> None:
    """Packed as browsers ask for it over https."""
    with visiting(browser, shop, state=signed) as visit:
        asked: list[str] = []
        visit.page.on("request", lambda one: asked.append(urlsplit(one.url).path))
        visit.go("people")
        visit.rows()
    assets = {path.rsplit("/", 1)[-1] for path in asked if path.startswith("/assets/")}
    packed = [BUILT / (name if name.endswith(".woff2") else f"{name}.br") for name in assets]
    size = sum(one.stat().st_size for one in packed)
    print(f"first visit: {size} bytes in {len(packed)} files")
    assert 0 < size <= FIRST_VISIT_MOST


def walked(visit: Visit, pages: list[Place]) -> tuple[dict[str, Any], dict[str, float]]:
    """What is wrong with each page that is not well, and the milliseconds until each was whole, by address."""
    faults, times = {}, {}
    for place, page, took in opened(visit, pages):
        times[place.address] = took
        shape, violations = page.evaluate(SHAPE), axe_found(page)
        if (shape, violations) != (WELL, []):
            faults[place.address] = (shape, violations)
    return faults, times


def opened(visit: Visit, pages: list[Place]) -> Iterator[tuple[Place, Page, float]]:
    """Each page once it is whole and axe looks at it, with the milliseconds until it was whole."""
    tabs = [visit.page, *(visit.page.context.new_page() for _ in range(TABS - 1))]
    for begin in range(0, len(pages), TABS):
        group = list(zip(pages[begin : begin + TABS], tabs, strict=False))
        for place, page in group:
            page.goto(visit.shop.link + place.address, wait_until="commit")
        took = []
        for _, page in group:
            took.append(page.wait_for_function(SETTLED, timeout=PATIENCE_MS).json_value())
            ask_axe(page)
        for (place, page), milliseconds in zip(group, took, strict=True):
            yield place, page, milliseconds
