"""Kinds of jobs that tests declare, in this process and in others."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from konnektu.core.errors import Retry, Unprocessable
from konnektu.jobs.api import Arguments, Later, Words, Work, kind

NAME = Words("Of a test", "Проверочное")
SECONDS = 60.0


class Numbers(Arguments, frozen=True):
    numbers: tuple[int, ...] = ()

    def key(self) -> str | None:
        return "seven" if self.numbers == (7,) else None


@kind("test.add", NAME, arguments=Numbers, right="settings.manage")
def add(work: Work, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Adds numbers and says how far it is."""
    numbers = arguments["numbers"]
    for done, _ in enumerate(numbers, 1):
        work.check()
        work.progress(done, len(numbers), f"at {done}")
    return {"sum": sum(numbers)}


@kind("test.broken", NAME, tries=3)
def broken(work: Work, arguments: Mapping[str, Any]) -> None:
    raise Retry("The world is broken.")


@kind("test.wrong", NAME)
def wrong(work: Work, arguments: Mapping[str, Any]) -> None:
    raise Unprocessable("The column is missing. Name it.")


@kind("test.bug", NAME)
def bug(work: Work, arguments: Mapping[str, Any]) -> None:
    raise ZeroDivisionError


@kind("test.later", NAME)
def later(work: Work, arguments: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if work.attempt < 5:
        raise Later(0.0)
    return {"attempt": work.attempt}


@kind("test.mark", NAME)
def mark(work: Work, arguments: Mapping[str, Any]) -> None:
    """Writes a line when it begins and when it ends; until then it waits for a file, or to be stopped."""
    folder = Path(arguments["folder"])
    note(folder, f"begin {work.job} {os.getpid()}")
    while not (folder / "go").exists():
        work.check()
        work.progress(1)
        work.stop.wait(0.02)
    note(folder, f"end {work.job} {os.getpid()}")


@kind("test.deaf", NAME)
def deaf(work: Work, arguments: Mapping[str, Any]) -> None:
    """Waits for a file and hears nothing."""
    folder = Path(arguments["folder"])
    note(folder, f"begin {work.job} {os.getpid()}")
    deadline = time.monotonic() + SECONDS
    while not (folder / "go").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    note(folder, f"end {work.job} {os.getpid()}")


def say_cancelled(work: Work, arguments: Mapping[str, Any]) -> None:
    note(Path(arguments["folder"]), f"cancelled {work.job} {os.getpid()}")


@kind("test.careful", NAME, on_cancel=say_cancelled)
def careful(work: Work, arguments: Mapping[str, Any]) -> None:
    mark(work, arguments)


@kind("test.here", NAME, place="machine")
def here(work: Work, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"data": str(work.config.data)}


@kind("test.whole", NAME, lock="kind")
def whole(work: Work, arguments: Mapping[str, Any]) -> None:
    mark(work, arguments)


def note(folder: Path, line: str) -> None:
    with (folder / "notes").open("a") as file:
        file.write(line + "\n")


def notes(folder: Path) -> list[list[str]]:
    path = folder / "notes"
    return [line.split() for line in path.read_text().splitlines()] if path.exists() else []
