"""What every kind of place can do. In: paths. Out: entries, local files. Each kind stands in a module of its own.

Invariant: a door connects to addresses that `outgoing` checked and to no others; what it raises is
`PlaceRefused` where a person must act and `Retry` where another try may help.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from konnektu.transfers.logic import Pattern
from konnektu.transfers.place_model import Entry, Fetched


class Door(Protocol):
    """An open place."""

    def list(self, pattern: Pattern) -> Iterator[Entry]:
        """The files whose paths the pattern matches, in no order."""

    def stat(self, path: str) -> Entry | None:
        """One file as it is at this moment; None where there is none."""

    def fetch(self, entry: Entry, to: Path, limit: int) -> Fetched:
        """Bring a file here, `limit` bytes at most. Raises `FileAway`, `TooLarge`."""

    def move(self, path: str, to: str) -> None:
        """Give a file another path, making folders on the way. Raises `FileAway`."""

    def remove(self, path: str) -> None:
        """Delete a file, if it is there."""

    def put(self, source: Path, path: str) -> None:
        """Bring a local file there; under its final path it is whole or absent."""

    def close(self) -> None:
        """Hang up."""
