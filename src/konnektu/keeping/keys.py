"""What a secret key seals, carried to another machine. In: the key it was sealed with. Out: seals of another key.

A restore under the same secret key opens everything by it. Under another one it needs the old key's file; or, where
the backup has a passphrase, the keys of single uses that lie encrypted inside: the secret key itself never does.
The passwords of a workspace's database roles are made anew. Invariant: a value that cannot be opened ends the restore
before anything is written.
"""

from collections.abc import Mapping
from typing import Self

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from konnektu.core.errors import Fatal
from konnektu.core.secrets import NONCE_BYTES, derived_key
from konnektu.keeping.folder import Source, Target
from konnektu.privacy import api as privacy

FILE = "keys.zst"
USES = (privacy.SEALED_FOR,)
"""Uses of the secret key whose seals are inside a workspace."""


class Keys(Struct, frozen=True):
    """Keys of single uses, and the one of the workspace's tombstones."""

    uses: Mapping[str, bytes]
    tombstones: bytes

    @classmethod
    def of(cls, secret_key: bytes, tombstones: bytes) -> Self:
        """The keys that a secret key makes."""
        return cls({use: derived_key(secret_key, use) for use in USES}, tombstones)

    def opened(self, use: str, sealed: bytes) -> bytes:
        """What was sealed for a use. Raises `Fatal` where it does not open."""
        try:
            return AESGCM(self.uses[use]).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], use.encode())
        except InvalidTag as error:
            raise Fatal("A secret of the backup does not open under the key that was given.") from error


def write_keys(target: Target, keys: Keys) -> None:
    """Write the keys into an encrypted backup."""
    with target.file(FILE) as file:
        file.write(msgspec.msgpack.encode(keys))


def read_keys(source: Source) -> Keys:
    """The keys of an encrypted backup."""
    return msgspec.msgpack.decode(b"".join(source.read(FILE)), type=Keys)
