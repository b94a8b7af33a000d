"""Encryption of a backup's files by a passphrase. In: bytes. Out: chunks of AES-256-GCM.

The key is made by scrypt (RFC 7914, N = 2^15, r = 8, p = 1). Each file is a stream of chunks in the manner of STREAM
(Hoang, Reyhanitabar, Rogaway, Vizár 2015): the nonce is 7 random bytes of the file, the chunk's number, and whether
it is the last; so chunks cannot be moved, dropped, or cut off. The file's name is authenticated with every chunk.
"""

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from konnektu.keeping.model import Damaged

CHUNK = 1 << 20
TAG = 16
PREFIX = 7
SALT_BYTES = 16
KEY_BYTES = 32


def key_of(passphrase: str, salt: bytes) -> bytes:
    """The key that a passphrase makes with the backup's salt."""
    return Scrypt(salt=salt, length=KEY_BYTES, n=1 << 15, r=8, p=1).derive(passphrase.encode())


class Sealing:
    """A file that encrypts what is written to it. `close` writes the last chunk and leaves the file beneath open."""

    def __init__(self, file: BinaryIO, key: bytes, name: str) -> None:
        self._file, self._cipher, self._name = file, AESGCM(key), name.encode()
        self._prefix, self._number, self._waiting = os.urandom(PREFIX), 0, bytearray()
        file.write(self._prefix)

    def write(self, data: bytes) -> int:
        """Take more bytes."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        """Write the rest as the last chunk."""
        self._put(bytes(self._waiting), is_last=True)

    def _put(self, chunk: bytes, *, is_last: bool) -> None:
        nonce = nonce_of(self._prefix, self._number, is_last=is_last)
        self._file.write(self._cipher.encrypt(nonce, chunk, self._name))
        self._number += 1


def opened(file: BinaryIO, key: bytes, name: str) -> Iterator[bytes]:
    """The bytes that were sealed. Raises `Damaged` where a chunk was changed, moved or cut off."""
    cipher, prefix, number = AESGCM(key), file.read(PREFIX), 0
    chunk, following = file.read(CHUNK + TAG), file.read(CHUNK + TAG)
    while True:
        nonce = nonce_of(prefix, number, is_last=not following)
        try:
            yield cipher.decrypt(nonce, chunk, name.encode())
        except (InvalidTag, ValueError) as error:
            raise Damaged(f"The file {name} of the backup is damaged. Use another backup.") from error
        if not following:
            return
        number, chunk, following = number + 1, following, file.read(CHUNK + TAG)


def nonce_of(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    """Seven bytes of the file, four of the number, one that says whether it is the last."""
    return prefix + struct.pack(">IB", number, is_last)
