"""What the installation's secret key does: sealing of stored secrets, keyed hashes. In: the key. Out: bytes.

Each use has a key of its own, derived from the installation's by HKDF-SHA256 (RFC 5869), so that no
output of one use helps with another. Losing the key loses the stored passwords, not the data.
"""

import hashlib
import hmac
import os
import secrets as random
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from konnektu.core.config import Config, WrongSetting
from konnektu.core.errors import Fatal

KEY_FILE = "secret.key"
KEY_BYTES = 32
NONCE_BYTES = 12
SHORTEST_KEY = 32
"""Characters of a given secret_key: 128 bits in hexadecimal."""


def installation_key(config: Config) -> bytes:
    """The installation's key: from secret_key, else from the data folder's key file, made at first use, mode 0600."""
    if config.secret_key:
        if len(config.secret_key) < SHORTEST_KEY:
            raise WrongSetting(
                f"secret_key needs {SHORTEST_KEY} characters or more: `openssl rand -hex 32` makes one."
            )
        return config.secret_key.encode()
    path = config.data / KEY_FILE
    if not path.exists():
        _make_key_file(path)
    return path.read_bytes().strip()


def derived_key(key: bytes, use: str) -> bytes:
    """32 bytes for one use, named by a word such as "sessions"."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"konnektu {use}".encode()).derive(key)


def seal(key: bytes, use: str, plain: bytes) -> bytes:
    """`plain` encrypted and authenticated with AES-256-GCM; the nonce stands first. Never the same twice."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(derived_key(key, use)).encrypt(nonce, plain, use.encode())


def unseal(key: bytes, use: str, sealed: bytes) -> bytes:
    """What `seal` was given. Raises `Fatal` where the key is another or the bytes were changed."""
    try:
        return AESGCM(derived_key(key, use)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], use.encode())
    except (InvalidTag, ValueError) as error:
        raise Fatal("A stored secret does not open: set secret_key to the key it was stored with.") from error


def keyed_hash(key: bytes, use: str, value: str) -> bytes:
    """HMAC-SHA256 of the text, 32 bytes: recognises a value again without keeping it."""
    return hmac.new(derived_key(key, use), value.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


def _make_key_file(path: Path) -> None:
    """A random key, whole or not at all; of two processes at once the first wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, half = tempfile.mkstemp(dir=path.parent, prefix=KEY_FILE)
    with os.fdopen(descriptor, "w") as file:
        file.write(random.token_hex(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(half, path)
    Path(half).unlink()
