"""Progress of long work. In: how far it is. Out: a bar on standard error, where a person looks; nothing elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class Shown(Protocol):
    """Told how much is done so far, and of how much where that becomes known later."""

    def __call__(self, done: int, total: int | None = None) -> None:
        """Move the bar."""


@contextmanager
def bar(what: str, total: int | None, *, is_quiet: bool = False) -> Iterator[Shown]:
    """A bar named `what` for `total` units (None: unknown); yields the function that moves it to a number."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=is_quiet or not console.is_terminal) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done, total=None: progress.update(task, completed=done, total=total)
