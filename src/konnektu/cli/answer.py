"""What commands take and give. In: a `Context`. Out: an `Answer`, shown by `show` alone.

Commands find out; only this module prints. So the same facts serve a person and a script.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, BinaryIO

import msgspec
from cyclopts import Parameter
from msgspec import Struct
from rich.console import Console, RenderableType
from rich.table import Table

from konnektu.core.config import Settings, load
from konnektu.core.errors import KonnektuError

UNREAD = 1
"""Exit code where nobody reads the answer to its end."""


class Context(Struct, frozen=True):
    """What was said before the command's own words."""

    overrides: Mapping[str, Any]
    """Settings given on the command line, None where not given."""
    as_json: bool = False

    def settings(self, **more: Any) -> Settings:
        """The installation's settings, with `more` options over them."""
        return load({**self.overrides, **more})


Injected = Annotated[Context, Parameter(parse=False)]
"""Type of a command's keyword-only parameter `context`: it comes from the launcher, not from the words."""


class Answer(Struct, frozen=True):
    """What a command has to say."""

    document: Any
    """The whole answer for a script: Structs, lists and dictionaries that msgspec can write."""
    text: str | RenderableType = ""
    """The same for a person."""
    exit_code: int = 0


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Rows for a person, aligned, without frames."""
    made = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        made.add_row(*row)
    return made


def show(answer: Answer, as_json: bool) -> None:  # noqa: FBT001 - one of two ways, both said by name
    """Print the answer on standard output."""
    with output():
        if as_json:
            sys.stdout.write(msgspec.json.encode(answer.document, enc_hook=str).decode() + "\n")
        elif not isinstance(answer.text, str):
            Console(width=None if sys.stdout.isatty() else 200, markup=False).print(answer.text)
        elif answer.text:
            sys.stdout.write(answer.text + "\n")


@contextmanager
def output() -> Iterator[BinaryIO]:
    """Standard output, flushed; the command ends where whoever reads it, such as `head`, has enough."""
    try:
        yield sys.stdout.buffer
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still buffered goes nowhere, or Python's own flush at the end would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(UNREAD)


def show_error(error: Exception, as_json: bool) -> None:  # noqa: FBT001 - one of two ways, both said by name
    """Print what went wrong on standard error: a sentence, or {"error": {"type", "status", "message"}}."""
    message = error.message if isinstance(error, KonnektuError) else str(error)
    status = error.status if isinstance(error, KonnektuError) else 400
    if as_json:
        document = {"error": {"type": type(error).__name__, "status": status, "message": message}}
        sys.stderr.write(msgspec.json.encode(document).decode() + "\n")
    else:
        sys.stderr.write(f"{message}\n")
