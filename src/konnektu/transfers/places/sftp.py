"""SFTP by asyncssh. In: settings, a secret, the host key known so far. Out: files.

The first key that a server shows is remembered and shown to people; from then on no other is taken. Nothing
of the machine's own SSH settings, keys or agents plays a part.
"""

import asyncio
import contextlib
import os
import stat as modes
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import asyncssh

from konnektu.core.errors import TooLarge
from konnektu.transfers.logic import Pattern
from konnektu.transfers.model import FileAway, HostKeyChanged, PlaceRefused, PlaceSilent, WrongPlace
from konnektu.transfers.place_model import Entry, Fetched, Secret, SftpPlace

CONNECT_SECONDS = 20.0
CALL_SECONDS = 60.0
"""One question to the server: a folder's list, a rename."""
FETCH_SECONDS = 3_600.0
BLOCK = 32_768
"""Bytes of one read, which every server grants."""
AHEAD = 64
"""Blocks asked for before the first one came: the far end of a long line would be slow otherwise."""
SECOND = 1_000

Given = TypeVar("Given")


class _Keeper(asyncssh.SSHClient):
    """Remembers the key that the server showed."""

    def __init__(self, known: str) -> None:
        self.known = known
        self.shown = ""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        """The first key is taken; any other than the known one is not."""
        self.shown = key.export_public_key().decode().strip()
        return not self.known


class SftpDoor:
    """An open connection; one thread's, with an event loop of its own."""

    def __init__(self, settings: SftpPlace, secret: Secret, host_key: str, address: str) -> None:
        """`address` was checked by outgoing. Raises `HostKeyChanged`, `PlaceRefused`, `PlaceSilent`."""
        self._folder = settings.folder.rstrip("/")
        self._runner = asyncio.Runner()
        self._keeper = _Keeper(host_key)
        try:
            with _translated(settings.host, self._keeper):
                self._connection, self._sftp = self._run(
                    self._opened(settings, secret, address), CONNECT_SECONDS
                )
        except BaseException:
            self._runner.close()
            raise

    @property
    def host_key(self) -> str:
        """The server's key, to be remembered."""
        return self._keeper.shown or self._keeper.known

    async def _opened(
        self, settings: SftpPlace, secret: Secret, address: str
    ) -> tuple[asyncssh.SSHClientConnection, asyncssh.SFTPClient]:
        connection = await asyncssh.connect(
            address, settings.port, username=settings.user, password=secret.password or None,
            client_keys=_keys(secret), known_hosts=lambda *_: (_trusted(self._keeper.known), [], []),
            client_factory=lambda: self._keeper, agent_path=None, config=None, gss_host=None,
            login_timeout=CONNECT_SECONDS, connect_timeout=CONNECT_SECONDS, keepalive_interval=15,
        )  # fmt: skip
        return connection, await connection.start_sftp_client()

    def list(self, pattern: Pattern) -> Iterator[Entry]:
        """The files of the folder that are meant."""

        async def listed() -> list[Entry]:
            found = []
            async for one in self._sftp.scandir(self._at(pattern.folder) or "."):
                name = (
                    one.filename if isinstance(one.filename, str) else one.filename.decode("utf-8", "replace")
                )
                if pattern.matches(name) and _is_file(one.attrs):
                    found.append(_entry(pattern.path(name), one.attrs))
            return found

        return iter(self._asked(listed()))

    def stat(self, path: str) -> Entry | None:
        """One file; None where there is none."""
        with contextlib.suppress(FileAway):
            return _entry(path, self._asked(self._sftp.stat(self._at(path))))
        return None

    def fetch(self, entry: Entry, to: Path, limit: int) -> Fetched:
        """Bring a file here, block by block; what was opened is read to its end, whatever its name becomes."""
        with _translated(entry.path):
            self._run(self._copied(self._at(entry.path), to, limit), FETCH_SECONDS)
        after = self.stat(entry.path)
        if after is None:
            raise FileAway(f"{entry.path} went away while it was read.")
        return Fetched(after)

    async def _copied(self, path: str, to: Path, limit: int) -> None:
        part = to.with_name(f"{to.name}.part")
        try:
            async with self._sftp.open(
                path, "rb", encoding=None, block_size=BLOCK, max_requests=AHEAD
            ) as file:
                with part.open("wb") as here:
                    await _stream(file, here, limit)
            part.replace(to)
        finally:
            part.unlink(missing_ok=True)

    def move(self, path: str, to: str) -> None:
        """Rename a file; its new folder is made where it is missing."""
        folder = self._at(to).rpartition("/")[0]
        if folder:
            self._asked(self._sftp.makedirs(folder, exist_ok=True))
        self._asked(self._sftp.rename(self._at(path), self._at(to)))

    def remove(self, path: str) -> None:
        """Delete a file, if it is there."""
        with contextlib.suppress(FileAway):
            self._asked(self._sftp.remove(self._at(path)))

    def put(self, source: Path, path: str) -> None:
        """Bring a file there under a name of its own, then give it the final one."""
        folder, _, name = self._at(path).rpartition("/")
        part = f"{folder}/.{name}.part" if folder else f".{name}.part"
        if folder:
            self._asked(self._sftp.makedirs(folder, exist_ok=True))
        with _translated(path):
            self._run(self._sftp.put(str(source), part, block_size=BLOCK), FETCH_SECONDS)
            self._run(self._renamed_over(part, self._at(path)), CALL_SECONDS)

    async def _renamed_over(self, part: str, path: str) -> None:
        """Many servers rename over what is there at once; of the others the old file is deleted first."""
        try:
            await self._sftp.posix_rename(part, path)
        except asyncssh.SFTPOpUnsupported:
            with contextlib.suppress(asyncssh.SFTPNoSuchFile):
                await self._sftp.remove(path)
            await self._sftp.rename(part, path)

    def close(self) -> None:
        """Hang up."""
        self._connection.abort()
        self._runner.close()

    def _at(self, path: str) -> str:
        return f"{self._folder}/{path}" if self._folder and path else self._folder or path

    def _asked(self, what: Coroutine[Any, Any, Given]) -> Given:
        with _translated("The server"):
            return self._run(what, CALL_SECONDS)

    def _run(self, what: Coroutine[Any, Any, Given], seconds: float) -> Given:
        async def within() -> Given:
            async with asyncio.timeout(seconds):
                return await what

        return self._runner.run(within())


async def _stream(file: asyncssh.SFTPClientFile, here: Any, limit: int) -> None:
    """Copy until the end of the file, blocks asked for ahead and written in order."""
    size = 0
    while chunk := await file.read(BLOCK * AHEAD):
        size += len(chunk)
        if size > limit:
            raise TooLarge(
                f"The file is larger than {limit >> 20} MB. Let it be split, or raise upload_bytes."
            )
        here.write(chunk)
    here.flush()
    os.fsync(here.fileno())


def _keys(secret: Secret) -> list[asyncssh.SSHKey]:
    if not secret.private_key:
        return []
    try:
        return [asyncssh.import_private_key(secret.private_key, secret.passphrase or None)]
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise WrongPlace(f"The private key cannot be read: {error}. Give it as OpenSSH writes it.") from error


def checked_key(secret: Secret) -> None:
    """Raise `WrongPlace` where the private key cannot be read."""
    _keys(secret)


def fingerprint(host_key: str) -> str:
    """How a server's key is named to people: SHA256:…, as ssh-keygen -l shows it; empty where there is none."""
    return asyncssh.import_public_key(host_key).get_fingerprint() if host_key else ""


def _trusted(known: str) -> list[asyncssh.SSHKey]:
    return [asyncssh.import_public_key(known)] if known else []


def _is_file(attrs: asyncssh.SFTPAttrs) -> bool:
    return attrs.permissions is None or modes.S_ISREG(attrs.permissions)


def _entry(path: str, attrs: asyncssh.SFTPAttrs) -> Entry:
    return Entry(path, attrs.size, None if attrs.mtime is None else int(attrs.mtime) * SECOND)


@contextmanager
def _translated(what: str, keeper: _Keeper | None = None) -> Iterator[None]:
    """Errors of the library and of the line, as the product says them."""
    try:
        yield
    except asyncssh.HostKeyNotVerifiable as error:
        old = fingerprint(keeper.known) if keeper else ""
        new = fingerprint(keeper.shown) if keeper else ""
        raise HostKeyChanged(
            f"{what} shows the key {new or 'of another kind'}, not {old}. Forget the old key only when the server's "
            "keeper confirms the new one."
        ) from error
    except asyncssh.PermissionDenied as error:
        raise PlaceRefused(
            f"{what} does not let this user in. Look at the user and at the password or key."
        ) from error
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath) as error:
        raise FileAway(f"{what}: {error.reason}. Look at the path.") from error
    except (asyncssh.SFTPPermissionDenied, asyncssh.SFTPWriteProtect) as error:
        raise PlaceRefused(f"{what}: {error.reason}. Let the user read and write there.") from error
    except (asyncssh.Error, OSError) as error:
        said = str(error) or type(error).__name__
        raise PlaceSilent(f"{what} does not answer as it should: {said}. It will be tried again.") from error
