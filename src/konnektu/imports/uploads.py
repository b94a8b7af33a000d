"""The files of imports in the data folder: uploads by digest, packed; errors by import.

In: bytes. Out: paths. Invariant: a file under its final name is whole and on disk.
"""

import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import msgspec
import zstandard

from konnektu.core.errors import TooLarge
from konnektu.core.folders import private_folder
from konnektu.reading.api import BadRow
from konnektu.storage.api import WorkspaceRecord

PACKED_ALREADY = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
CHUNK = 1024 * 1024
_bad_row = msgspec.json.Decoder(BadRow).decode
_encode = msgspec.json.Encoder().encode


class Upload(NamedTuple):
    """A file as it came."""

    path: Path
    sha256: str
    size: int


def data_of(upload: Upload) -> Path:
    """The data folder in which an upload stands."""
    return upload.path.parents[2]


class Folder:
    """The import files of one workspace."""

    def __init__(self, data: Path, workspace: WorkspaceRecord) -> None:
        self.data = data
        self.path = data / "imports" / str(workspace.id)

    def keep(self, chunks: Iterable[bytes], largest: int) -> Upload:
        """Keep an upload, text packed. Raises `TooLarge` above `largest` bytes; then nothing stays."""
        private_folder(self.path)
        with self.receiving(largest) as receiver:
            for chunk in chunks:
                receiver.write(chunk)
            return receiver.close()

    @contextmanager
    def receiving(self, largest: int) -> "Iterator[Receiver]":
        """A receiver for an upload that comes in pieces; what was not closed is removed."""
        private_folder(self.path)
        receiver = Receiver(self.path, largest)
        try:
            yield receiver
        finally:
            receiver.discard()

    def upload(self, digest: str) -> Path:
        """Where the upload with this digest stands."""
        return self.path / digest

    def forget(self, digest: str) -> None:
        """Remove an upload."""
        self.upload(digest).unlink(missing_ok=True)

    def errors(self, number: int) -> Path:
        """The file of bad rows of an import."""
        return self.path / f"{number}.errors"

    def shown_errors(self, number: int) -> Path:
        """Where a command leaves the bad rows of an import as a table for people."""
        return self.path / f"{number}-rejected.csv"

    def bad_rows(self, number: int, length: int) -> Iterator[BadRow]:
        """Bad rows of an import, from the first `length` bytes of its file."""
        path = self.errors(number)
        if not length or not path.exists():
            return
        with path.open("rb") as file:
            while length > 0 and (line := file.readline()):
                length -= len(line)
                yield _bad_row(line)


def erase_rows(folder: Folder, names: Callable[[bytes], bool], only: Collection[int] | None = None) -> int:
    """Blank the bad rows whose line names a person, in every import, or in these; how many.

    Line lengths stay as they were.
    """
    paths = sorted(folder.path.glob("*.errors"))
    return sum(_erase_lines(path, names) for path in paths if only is None or int(path.stem) in only)


def _erase_lines(path: Path, names: Callable[[bytes], bool]) -> int:
    erased = 0
    with path.open("r+b") as file:
        while line := file.readline():
            if names(line):
                row = _bad_row(line)
                file.seek(-len(line), os.SEEK_CUR)
                blank = _encode(row._replace(detail="", text=""))
                file.write(blank.ljust(len(line) - 1) + b"\n")
                erased += bool(row.text or row.detail)
        file.flush()
        os.fsync(file.fileno())
    if erased:
        path.with_name(f"{path.stem}-rejected.csv").unlink(missing_ok=True)
    return erased


class Receiver:
    """Takes the bytes of one upload; its digest becomes its name."""

    def __init__(self, folder: Path, largest: int) -> None:
        self._folder = folder
        self._largest = largest
        self._digest = sha256()
        self._size = 0
        self._temporary = folder / f"{os.getpid()}-{id(self)}.part"
        self._raw = self._temporary.open("wb")
        self._file: BinaryIO | None = None

    def write(self, chunk: bytes) -> None:
        """Take the next bytes."""
        if not chunk:
            return
        self._size += len(chunk)
        if self._size > self._largest:
            raise TooLarge(
                f"The file is larger than {self._largest >> 20} MB. Split it, or raise upload_bytes."
            )
        self._digest.update(chunk)
        if self._file is None:
            self._file = self._raw if chunk.startswith(PACKED_ALREADY) else self._packing()
        self._file.write(chunk)

    def close(self) -> Upload:
        """The whole file is here: make it durable under its digest."""
        if self._file is not None and self._file is not self._raw:
            self._file.close()
        self._raw.flush()
        os.fsync(self._raw.fileno())
        self._raw.close()
        digest = self._digest.hexdigest()
        target = self._folder / digest
        self._temporary.replace(target)
        _sync_folder(self._folder)
        return Upload(target, digest, self._size)

    def discard(self) -> None:
        """Remove what was not closed."""
        self._raw.close()
        self._temporary.unlink(missing_ok=True)

    def _packing(self) -> BinaryIO:
        packer = zstandard.ZstdCompressor(level=3)
        return cast(BinaryIO, packer.stream_writer(self._raw, closefd=False))


class ErrorFile:
    """Bad rows of an import as JSON lines. What was written behind the last done chunk is cut off at the start."""

    def __init__(self, path: Path, length: int) -> None:
        private_folder(path.parent)
        self._file = path.open("ab")
        self._file.truncate(length)
        self.length = length

    def add(self, rows: Iterable[BadRow]) -> int:
        """Append bad rows durably; the length after it."""
        text = b"".join(_encode(row) + b"\n" for row in rows)
        if text:
            self._file.write(text)
            self._file.flush()
            os.fsync(self._file.fileno())
            self.length += len(text)
        return self.length

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def copy_chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file, a megabyte at a time."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def remove(folder: Folder) -> None:
    """Remove every import file of a workspace."""
    shutil.rmtree(folder.path, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
