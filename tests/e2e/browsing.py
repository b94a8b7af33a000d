"""A browser that looks at the console as a person does, and notes what a page must never do."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.e2e.shop import PASSWORD, ROOT, Shop

AXE = ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js"
ROWS_READ = 8
AXE_RUN = f"""window.konnektuAxe = axe.run(
  {{ exclude: [".k-grid tbody tr:nth-child(n + {ROWS_READ + 1})"] }},
  {{ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], resultTypes: ["violations"], preload: false }},
); null"""
"""Of a list's rows, which are all alike, the first are read."""
Violation = dict[str, Any]
WAIT_MS = 30_000
"""How long a page may take on a machine that does other things, too."""
EXPECTED = ("401 (Unauthorized)", "403 (Forbidden)", "429 (Too Many Requests)")
"""Refusals that a test asks for are told by the browser's console as errors."""


@dataclass
class Visit:
    """One browser of one person at one shop."""

    page: Page
    shop: Shop
    faults: list[str] = field(default_factory=list)

    def go(self, address: str = "") -> None:
        """Open an address of the console."""
        self.page.goto(self.shop.link + address)

    def sign_in(self, login: str = "olga", password: str = PASSWORD) -> None:
        """Fill in the form of the link that is open."""
        self.page.fill("#login", login)
        self.page.fill("#password", password)
        self.page.click("button")

    def rows(self) -> list[str]:
        """What the first cell of each row says, once there are rows."""
        self.page.wait_for_selector("[data-row]")
        return self.page.locator("[data-row]").all_inner_texts()

    def total(self, said: str) -> int:
        """How many rows the foot of a list says that there are, in these words; what others made counts, too."""
        foot = self.page.locator(".k-foot").filter(has_text=re.compile(rf"{said} \d"))
        found = re.search(rf"{said} ([\d\s]+)", foot.inner_text())
        assert found
        return int(re.sub(r"\s", "", found[1]))

    def violations(self) -> list[Violation]:
        """What axe finds that is serious or critical."""
        ask_axe(self.page)
        return axe_found(self.page)


def ask_axe(page: Page) -> None:
    """Let axe begin to look at a page; another page may be opened meanwhile."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.evaluate(AXE_RUN)


def axe_found(page: Page) -> list[Violation]:
    """What it found that is serious or critical."""
    found = page.evaluate("window.konnektuAxe")
    return [
        {"id": one["id"], "help": one["help"], "where": [node["html"][:300] for node in one["nodes"]]}
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
    ]


@contextmanager
def visiting(
    browser: Browser,
    shop: Shop,
    *,
    state: Path | None = None,
    language: str = "ru",
    width: int = 1440,
    **more: Any,
) -> Iterator[Visit]:
    """A browser of its own; at its end nothing may have gone wrong in it."""
    context = browser.new_context(
        base_url=shop.url,
        locale="ru-RU" if language == "ru" else "en-GB",
        viewport={"width": width, "height": 900},
        storage_state=state,
        reduced_motion="reduce",
        **more,
    )
    context.set_default_timeout(WAIT_MS)
    try:
        visit = Visit(context.new_page(), shop)
        _watch(context, visit)
        yield visit
        assert visit.faults == []
    finally:
        context.close()


def _watch(context: BrowserContext, visit: Visit) -> None:
    """Note errors, and requests that leave the origin."""

    def request(asked: Request) -> None:
        if urlsplit(asked.url).scheme in {"http", "https"} and not asked.url.startswith(visit.shop.url):
            visit.faults.append(f"a request to {asked.url}")

    def said(what: ConsoleMessage) -> None:
        if what.type in {"error", "warning"} and not any(one in what.text for one in EXPECTED):
            visit.faults.append(f"{what.page.url if what.page else visit.page.url}: {what.text}")

    context.on("request", request)
    context.on("weberror", lambda error: visit.faults.append(f"{visit.page.url}: {error.error}"))
    context.on("console", said)
