"""Pictures of every page of the console, and how long each makes one wait. In: the link and sign-in of a running
installation with data, best the demo project. Out: WebP files, and what docs/console.md says of them.

    .venv/bin/python -m scripts.screenshots http://localhost:8080/demo/ --login demo --password …

writes docs/console/: each page at 1440 pixels in Russian, a few in English, dark, and at 1280 pixels, and their list in
docs/console.md. `--times` measures and writes the table of times there instead. `--all --out FOLDER` takes every page
in every look, to be looked at, and leaves docs/ alone. Pages are found by themselves.
"""

import argparse
import base64
import os
import re
import shutil
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from scripts.console_pages import SETTLED, WATCH, Place, places

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "console.md"
PICTURES = ROOT / "docs" / "console"
ASK = "url => fetch(url).then(answer => answer.json())"
DRAWN_MS = 300
"""What fonts and plots take after all is there: pictures wait so long."""
PATIENCE_MS = 120_000
"""How long a page may take on a machine that does other things, too."""
QUALITY = 62
ROUNDS = 3
SLOWEST = 12
LIMIT_MS = 1000
"""No page may make one wait longer on the demo project."""


class Look(NamedTuple):
    """One way of looking at the console."""

    name: str
    width: int = 1440
    height: int = 900
    language: str = "ru"
    shade: str = "light"


USUAL = Look("ru")
OTHERS = (
    (Look("en", language="en"), ("home", "people", "profiles-profile", "imports-new")),
    (Look("dark", shade="dark"), ("home", "people", "profiles-profile")),
    (Look("1280", width=1280, height=800), ("home", "orders")),
)
"""Other looks, and the pages that docs/ have in them."""
SHOWN = ("home", "people", "profiles-profile")
"""Pages that are seen in docs/console.md itself; of the others it has links."""


@contextmanager
def opened(browser: Browser, look: Look, link: str, login: str, password: str) -> Iterator[Page]:
    """The console in a browser window of a look, signed in."""
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        locale="ru-RU" if look.language == "ru" else "en-GB",
        color_scheme="dark" if look.shade == "dark" else "light",
        reduced_motion="reduce",
    )

    def note(said: ConsoleMessage) -> None:
        if said.type == "error":
            print(f"{look.name}: {said.page.url if said.page else ''}: {said.text}", file=sys.stderr)

    context.on("console", note)
    context.on("weberror", lambda error: print(f"{look.name}: {error.error}", file=sys.stderr))
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(WATCH)
    page = context.new_page()
    try:
        page.goto(link)
        page.fill("#login", login)
        page.fill("#password", password)
        page.click("button")
        page.wait_for_selector("nav .k-menu-item")
        yield page
    finally:
        context.close()


def found(page: Page, link: str) -> list[Place]:
    """Every page that can be opened."""
    origin, slug = link.rstrip("/").rsplit("/", 1)
    return places(lambda path: page.evaluate(ASK, f"{origin}/api/{slug}{path}"))


def waited(page: Page, address: str) -> float:
    """Open an address anew. Returns the milliseconds until everything was there."""
    page.goto(address, wait_until="commit")
    return float(page.wait_for_function(SETTLED).json_value())


def take(page: Page, path: Path) -> None:
    """One picture of what is in sight."""
    page.wait_for_timeout(DRAWN_MS)
    asked = {"format": "webp", "quality": QUALITY}
    shot = page.context.new_cdp_session(page).send("Page.captureScreenshot", asked)
    path.write_bytes(base64.b64decode(shot["data"]))


def take_all(page: Page, look: Look, link: str, folder: Path, wanted: tuple[str, ...] | None) -> list[Place]:
    """Pictures of the wanted pages in a look, of all where none are named. Returns what was taken."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = [one for one in found(page, link) if wanted is None or one.name in wanted]
    for place in taken:
        waited(page, link + place.address)
        take(page, folder / f"{place.name}-{look.name}.webp")
    return taken


def listed(taken: list[tuple[Look, Place]]) -> str:
    """What docs/console.md says of the pictures."""
    seen = [
        f"![{place.title}](console/{place.name}-{look.name}.webp)"
        for look, place in taken
        if (look, place.name) in {(USUAL, one) for one in SHOWN}
    ]
    names: dict[str, list[str]] = {}
    for look, place in sorted(taken, key=lambda one: one[1].title):
        names.setdefault(place.title, []).append(f"[{look.name}](console/{place.name}-{look.name}.webp)")
    rows = [f"| {title} | {', '.join(links)} |" for title, links in names.items()]
    return "\n\n".join([*seen, "\n".join(["| page | pictures |", "| --- | --- |", *rows])])


def measured(page: Page, link: str) -> str:
    """What docs/console.md says of the times: medians of so many rounds, the slowest first."""
    pages = found(page, link)
    times = {one: statistics.median(waited(page, link + one.address) for _ in range(ROUNDS)) for one in pages}
    slowest = sorted(pages, key=lambda one: -times[one])
    late = [one.name for one in pages if times[one] > LIMIT_MS]
    print(f"{len(pages)} pages, the slowest {times[slowest[0]]:.0f} ms ({slowest[0].name})")
    print(f"over {LIMIT_MS} ms: {', '.join(late) or 'none'}")
    said = f"{len(pages)} pages, {os.cpu_count()} cores for server and browser; the {SLOWEST} slowest:"
    rows = [f"| {one.title} | {times[one]:.0f} |" for one in slowest[:SLOWEST]]
    return "\n".join([said, "", "| page | ms |", "| --- | ---: |", *rows])


def write(part: str, text: str) -> None:
    """Put a text between its marks in docs/console.md."""
    marks = re.compile(rf"(<!-- {part} -->\n).*?(\n<!-- end of {part} -->)", re.DOTALL)
    document = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(marks.sub(lambda one: one[1] + text + one[2], document), encoding="utf-8")


def main() -> None:
    """Do what is asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("link")
    parser.add_argument("--login", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--out", type=Path, default=ROOT / ".cache" / "screenshots", help="folder for --all")
    parser.add_argument("--all", action="store_true", help="every page in every look")
    parser.add_argument("--times", action="store_true", help="how long each page makes one wait")
    asked = parser.parse_args()
    link = asked.link.rstrip("/") + "/"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        if asked.times:
            with opened(browser, USUAL, link, asked.login, asked.password) as page:
                write("times", measured(page, link))
            return
        taken: list[tuple[Look, Place]] = []
        if not asked.all:
            shutil.rmtree(PICTURES, ignore_errors=True)
        for look, names in ((USUAL, None), *OTHERS):
            wanted = None if asked.all else names
            folder = asked.out if asked.all else PICTURES
            with opened(browser, look, link, asked.login, asked.password) as page:
                taken += [(look, one) for one in take_all(page, look, link, folder, wanted)]
        if not asked.all:
            write("pictures", listed(taken))
        browser.close()


if __name__ == "__main__":
    main()
