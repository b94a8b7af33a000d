"""The shop, a browser, and people who have signed in; all tests of the console share one installation."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.browsing import Visit, visiting
from tests.e2e.shop import ROOT, Shop, opened_shop


@pytest.fixture(scope="package")
def built() -> None:
    """The console as its sources say."""
    command = [sys.executable, str(ROOT / "scripts" / "console.py"), "build", "--if-stale"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"the console could not be built: {done.stderr[-300:]}")


@pytest.fixture(scope="package")
def shop(built: None) -> Iterator[Shop]:
    """It stands outside pytest's own folder, whose permissions every other run sets anew."""
    with tempfile.TemporaryDirectory(prefix="konnektu-e2e-", ignore_cleanup_errors=True) as folder:
        with opened_shop(Path(folder)) as found:
            yield found


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not installed: the console was not driven")
    # Playwright's loop counts as running in this thread until it is closed, and no test may run
    # another one beside it: hence the package's scope, which ends before other tests of this process.
    with sync_playwright() as playwright:
        # Root may not use Chromium's sandbox; what it opens here is our own.
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def signed(browser: Browser, shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cookies of the owner's session."""
    state = tmp_path_factory.mktemp("signed") / "olga.json"
    with visiting(browser, shop) as visit:
        visit.go()
        visit.sign_in()
        visit.page.wait_for_selector("nav .k-menu-item")
        visit.page.context.storage_state(path=state)
    return state


@pytest.fixture
def visit(browser: Browser, shop: Shop, signed: Path) -> Iterator[Visit]:
    """The owner in a browser of a test's own, in Russian."""
    with visiting(browser, shop, state=signed) as found:
        yield found


@pytest.fixture
def stranger(browser: Browser, shop: Shop) -> Iterator[Visit]:
    """A browser in which nobody has signed in."""
    with visiting(browser, shop) as found:
        yield found
