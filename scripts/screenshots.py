"""Pictures of every page of the console, to be looked at. In: the link and sign-in of a running installation with data.
Out: PNG files in a folder.

    .venv/bin/python scripts/screenshots.py http://localhost:8080/demo/ --login demo --password … --out pictures

Each page is taken at 1440 pixels in Russian; with --all also in English, dark, and at 1280 pixels.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SETTLED_MS = 400
"""What is drawn after the answers of the server: pictures wait so long."""


class Look(NamedTuple):
    """One way of looking at the console."""

    name: str
    width: int = 1440
    height: int = 900
    language: str = "ru"
    shade: str = "light"


USUAL = Look("ru-1440")
OTHERS = (
    Look("en-1440", language="en"),
    Look("ru-1280", width=1280, height=800),
    Look("ru-dark", shade="dark"),
)


def opened(browser: Browser, look: Look, link: str, login: str, password: str) -> Page:
    """The console in a browser window of a look, signed in."""
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        locale="ru-RU" if look.language == "ru" else "en-GB",
        color_scheme="dark" if look.shade == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()

    def note(said: ConsoleMessage) -> None:
        if said.type == "error":
            print(f"{look.name}: {said.text}", file=sys.stderr)

    page.on("pageerror", lambda error: print(f"{look.name}: {page.url}: {error}", file=sys.stderr))
    page.on("console", note)
    page.goto(link)
    page.fill("#login", login)
    page.fill("#password", password)
    page.click("button")
    page.wait_for_selector("nav .k-menu-item")
    return page


def addresses(page: Page) -> Iterator[tuple[str, str]]:
    """(Name, address) of every entry of the menu."""
    links = page.eval_on_selector_all("nav a.k-menu-item", "all => all.map(one => one.href)")
    for href in links:
        yield href.rstrip("/").rsplit("/", 1)[-1], href


def take(page: Page, path: Path) -> None:
    """One picture, once nothing is on its way."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=path)


def take_all(page: Page, folder: Path, more: list[str]) -> None:
    """A picture of every page of the menu, of the first row's preview of each list, and of other addresses."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, address in addresses(page):
        page.goto(address)
        take(page, folder / f"{name}.png")
        row = page.locator("[data-row] > *").first
        if row.count():
            row.click()
            take(page, folder / f"{name}-record.png")
    home = page.url.split("/", 4)
    for address in more:
        page.goto("/".join(home[:4]) + "/" + address)
        take(page, folder / f"{address.replace('/', '-')}.png")


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("link")
    parser.add_argument("--login", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--out", type=Path, default=ROOT / ".cache" / "screenshots")
    parser.add_argument("--all", action="store_true", help="English, dark and 1280 pixels, too")
    parser.add_argument("--also", action="append", default=[], help="an address that no menu leads to")
    asked = parser.parse_args()
    chromium = shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for look in (USUAL, *(OTHERS if asked.all else ())):
            page = opened(browser, look, asked.link, asked.login, asked.password)
            take_all(page, asked.out / look.name, asked.also)
            page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
