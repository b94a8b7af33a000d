"""A backup as a folder of files. In: rows and facts. Out: files with their digests, and a manifest written last.

Invariant: a backup under its final name is whole and on disk. One that was not finished has a name that begins with
a dot; the next backup to the same folder removes it, unless its maker lives.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import file_digest, sha256
from pathlib import Path
from typing import BinaryIO, cast

import msgspec
import zstandard

from konnektu.core.folders import private_folder
from konnektu.core.secrets import keyed_hash
from konnektu.keeping.envelope import Sealing, key_of, opened
from konnektu.keeping.model import FORMAT, MANIFEST, Damaged, File, Manifest, NoBackup, WrongPassphrase

LEVEL = 3
READ = 1 << 20
UNFINISHED = ".unfinished-"
LOCK = "lock"
_manifest = msgspec.json.Decoder(Manifest)


class Digesting:
    """A file that counts and digests what is written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._digest, self._bytes = file, sha256(), 0

    def write(self, data: bytes) -> int:
        """Take more bytes."""
        self._digest.update(data)
        self._bytes += len(data)
        return self._file.write(data)

    @property
    def told(self) -> File:
        """What was written so far."""
        return File(self._bytes, self._digest.hexdigest())


class Target:
    """A backup that is being written."""

    def __init__(self, path: Path, key: bytes | None) -> None:
        self._path, self._key = path, key
        self.files: dict[str, File] = {}

    @contextmanager
    def file(self, name: str, *, packed: bool = True) -> Iterator[BinaryIO]:
        """A file to write to, packed by Zstandard unless its content is packed, encrypted where there is a key."""
        path = self._path / name
        private_folder(path.parent)
        with path.open("wb") as file:
            digesting = Digesting(file)
            beneath = cast(
                BinaryIO,
                digesting if self._key is None else Sealing(cast(BinaryIO, digesting), self._key, name),
            )
            if packed:
                with zstandard.ZstdCompressor(level=LEVEL).stream_writer(beneath, closefd=False) as packer:
                    yield cast(BinaryIO, packer)
            else:
                yield beneath
            if isinstance(beneath, Sealing):
                beneath.close()
            file.flush()
            os.fsync(file.fileno())
        self.files[name] = digesting.told

    def finish(self, manifest: Manifest) -> Manifest:
        """Write the manifest, durably."""
        if self._key is not None:
            manifest = msgspec.structs.replace(manifest, seal=seal_of(manifest, self._key))
        with (self._path / MANIFEST).open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(manifest)))
            file.flush()
            os.fsync(file.fileno())
        return manifest


@contextmanager
def writing(folder: Path, name: str, key: bytes | None) -> Iterator[Target]:
    """A target that stands under its name once this ends well; what others left unfinished is removed first."""
    private_folder(folder)
    remove_unfinished(folder)
    half = private_folder(folder / f"{UNFINISHED}{name}")
    with (half / LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield Target(half, key)
            for each in (*(path for path in half.rglob("*") if path.is_dir()), half):
                _sync(each)
            half.rename(folder / name)
            (folder / name / LOCK).unlink()
            _sync(folder)
        except BaseException:
            shutil.rmtree(half, ignore_errors=True)
            raise


def remove_unfinished(folder: Path) -> list[str]:
    """Remove backups that were never finished and that nobody writes; their names."""
    removed = []
    for half in folder.glob(f"{UNFINISHED}*"):
        with suppress(FileNotFoundError, BlockingIOError), (half / LOCK).open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(half, ignore_errors=True)
            removed.append(half.name)
    return removed


class Source:
    """A backup that is read."""

    def __init__(self, path: Path, manifest: Manifest, key: bytes | None) -> None:
        self.path, self.manifest, self._key = path, manifest, key

    def read(self, name: str, *, packed: bool = True) -> Iterator[bytes]:
        """The content of a file, piece by piece."""
        with (self.path / name).open("rb") as file:
            if not packed:
                yield from self._plain(file, name)
                return
            unpacker = zstandard.ZstdDecompressor().decompressobj(read_across_frames=True)
            for piece in self._plain(file, name):
                try:
                    yield unpacker.decompress(piece)
                except zstandard.ZstdError as error:
                    raise Damaged(f"The file {name} of the backup is damaged. Use another backup.") from error

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a file, each with its end."""
        rest = b""
        for piece in self.read(name):
            *whole, rest = (rest + piece).split(b"\n")
            yield from (line + b"\n" for line in whole)

    def check(self) -> None:
        """Raise `Damaged` where a file is missing, changed, or longer or shorter than it was."""
        for name, told in self.manifest.files.items():
            path = self.path / name
            if not path.is_file() or path.stat().st_size != told.bytes or _digest(path) != told.sha256:
                raise Damaged(f"The file {name} of the backup {self.path} is damaged. Use another backup.")

    def _plain(self, file: BinaryIO, name: str) -> Iterator[bytes]:
        if self._key is not None:
            yield from opened(file, self._key, name)
            return
        while piece := file.read(READ):
            yield piece


def source(path: Path, passphrase: str = "") -> Source:
    """Open a whole backup, or the latest in a folder of backups.

    Raises `NoBackup` where there is none, `Damaged` for a manifest that cannot be read, `WrongPassphrase`.
    """
    path = path if (path / MANIFEST).is_file() else latest(path)
    try:
        manifest = _manifest.decode((path / MANIFEST).read_bytes())
    except msgspec.DecodeError as error:
        raise Damaged(f"The manifest of {path} cannot be read: {error}. Use another backup.") from error
    if manifest.format != FORMAT:
        raise Damaged(
            f"{path} has format {manifest.format}; this release reads {FORMAT}. Use the release that made it."
        )
    return Source(path, manifest, _key(manifest, passphrase))


def latest(folder: Path, slug: str = "") -> Path:
    """The latest whole backup of a folder, of one workspace or of any. Raises `NoBackup`."""
    found = backups(folder, slug)
    if not found:
        raise NoBackup
    return found[-1]


def backups(folder: Path, slug: str = "") -> list[Path]:
    """The whole backups of a folder, of one workspace or of all, the oldest first."""
    made = [
        (_made_at(each), each.parent)
        for each in folder.glob(f"*/{MANIFEST}")
        if not each.parent.name.startswith(".")
    ]
    return [path for (at, of), path in sorted(made) if not slug or of == slug]


def made_at(path: Path) -> int:
    """When a whole backup was made."""
    return _made_at(path / MANIFEST)[0]


def remove(path: Path) -> None:
    """Remove a backup; one that is removed half-way has a name that begins with a dot."""
    half = path.with_name(f"{UNFINISHED}{path.name}")
    path.rename(half)
    shutil.rmtree(half)


def seal_of(manifest: Manifest, key: bytes) -> str:
    """Keyed hash of a manifest's content."""
    plain = msgspec.structs.replace(manifest, seal="")
    return keyed_hash(key, "manifest", msgspec.json.encode(plain, order="deterministic").decode()).hex()


def _made_at(path: Path) -> tuple[int, str]:
    with suppress(msgspec.DecodeError):
        manifest = _manifest.decode(path.read_bytes())
        return manifest.made_at, manifest.workspace.slug
    return 0, ""


def _key(manifest: Manifest, passphrase: str) -> bytes | None:
    if not manifest.salt:
        return None
    key = key_of(passphrase, bytes.fromhex(manifest.salt))
    if seal_of(manifest, key) != manifest.seal:
        raise WrongPassphrase
    return key


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
