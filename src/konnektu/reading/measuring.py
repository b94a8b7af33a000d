"""How large the sheets of a workbook are, found by a process of its own.

In: a path. Out: the visible sheets with their sizes. Invariant: a workbook of a few kilobytes may declare
billions of cells, and the reader lays out every one of them; such a file ends that process and not ours.
"""

import resource
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import Struct
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

MEMORY = 4 * 1024**3
"""Bytes of address space that measuring may take: enough for the largest sheet allowed."""
SECONDS = 600
FAULT, CLOSED = 3, 4
"""Exit codes: the file is no workbook; it is closed by a password."""


class Sheet(Struct, frozen=True):
    """One sheet, measured."""

    name: str
    is_visible: bool
    height: int
    """Rows up to the last that holds anything."""
    width: int

    @property
    def cells(self) -> int:
        """Cells that reading the sheet lays out."""
        return self.height * self.width


class TooVast(Exception):
    """The workbook cannot be measured within the memory and time allowed."""


class Unreadable(Exception):
    """The file is no workbook; says why."""


class Closed(Exception):
    """The workbook is closed by a password."""


def sheets(path: Path) -> tuple[Sheet, ...]:
    """The sheets of a workbook. Raises `TooVast`, `Unreadable` or `Closed`."""
    stat = path.stat()
    return _measured(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=256)
def _measured(path: Path, _changed: int, _size: int) -> tuple[Sheet, ...]:
    command = [sys.executable, "-m", "konnektu.reading.measuring", str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise TooVast from error
    if done.returncode == FAULT:
        raise Unreadable(done.stderr.decode(errors="replace").strip())
    if done.returncode == CLOSED:
        raise Closed
    if done.returncode:
        raise TooVast
    return msgspec.json.decode(done.stdout, type=tuple[Sheet, ...])


def measure(path: str) -> list[Sheet]:
    """Lay out every sheet, one after another, and say how large it is."""
    with CalamineWorkbook.from_path(path) as book:
        return [
            Sheet(meta.name, meta.visible == SheetVisibleEnum.Visible, found.height, found.width)
            for meta in book.sheets_metadata
            for found in [book.get_sheet_by_name(meta.name)]
        ]


def main(path: str) -> int:
    """Write the sheets of a workbook to standard output as JSON; the exit code."""
    _bound(resource.RLIMIT_AS, MEMORY)
    _bound(resource.RLIMIT_CORE, 0)
    try:
        sys.stdout.buffer.write(msgspec.json.encode(measure(path)))
    except PasswordError:
        return CLOSED
    except CalamineError as error:
        sys.stderr.write(str(error))
        return FAULT
    return 0


def _bound(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
