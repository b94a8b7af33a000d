"""An SFTP server over a real folder, with the faults that real ones have.

with SftpServer(folder) as server:
    server.faults.drop_after = 1_000_000     the line breaks after so many bytes of a file
    server.faults.grow_at = 0                the file grows when this byte is read
    server.faults.rename_at = 0              the file is renamed when this byte is read
    server.faults.hold_at = 0                reading stops at this byte until `release` is set
"""

import asyncio
import os
import threading
from pathlib import Path
from typing import Any, Self

import asyncssh

USER, PASSWORD = "shop", "a password of the double"


class Faults:
    """What goes wrong; each once."""

    drop_after: int | None = None
    grow_at: int | None = None
    rename_at: int | None = None
    hold_at: int | None = None

    def __init__(self) -> None:
        self.held, self.release = threading.Event(), threading.Event()


class _Folder(asyncssh.SFTPServer):
    """Files of a folder, faulty on demand."""

    def __init__(self, chan: Any, folder: Path, faults: Faults) -> None:
        super().__init__(chan, chroot=os.fsencode(folder))
        self._connection = chan.get_connection()
        self._faults = faults

    async def read(self, file_obj: Any, offset: int, size: int) -> bytes:
        faults = self._faults
        if faults.hold_at is not None and offset + size > faults.hold_at:
            faults.held.set()
            await asyncio.to_thread(faults.release.wait)
        if faults.drop_after is not None and offset + size > faults.drop_after:
            faults.drop_after = None
            self._connection.abort()
            raise asyncssh.SFTPConnectionLost("dropped")
        if faults.grow_at is not None and offset + size > faults.grow_at:
            faults.grow_at = None
            _grow(Path(os.fsdecode(file_obj.name)))
        if faults.rename_at is not None and offset + size > faults.rename_at:
            faults.rename_at = None
            _rename(Path(os.fsdecode(file_obj.name)))
        content = super().read(file_obj, offset, size)
        assert isinstance(content, bytes)
        return content


def _grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"and more\n")


def _rename(path: Path) -> None:
    path.rename(path.with_name(f"{path.name}.moved"))


class _Gate(asyncssh.SSHServer):
    """Lets one user in, by a password or by a key."""

    def __init__(self, keys: list[str]) -> None:
        self._keys = keys

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key.export_public_key().decode().split()[1] in self._keys


class SftpServer:
    """A running server; `port` says where."""

    def __init__(self, folder: Path, host_key: asyncssh.SSHKey | None = None) -> None:
        self.folder = folder
        self.faults = Faults()
        self.user_keys: list[str] = []
        self.host_key = host_key or asyncssh.generate_private_key("ssh-ed25519")
        self.connections = 0
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._started(), self._loop).result(30)
        self.port = self._server.get_port()
        return self

    async def _started(self) -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1", 0, server_host_keys=[self.host_key], server_factory=self._gate,
            sftp_factory=lambda chan: _Folder(chan, self.folder, self.faults), allow_scp=False,
        )  # fmt: skip

    def _gate(self) -> _Gate:
        self.connections += 1
        return _Gate(self.user_keys)

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stopped(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _stopped(self) -> None:
        self._server.close()
        await self._server.wait_closed()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)
