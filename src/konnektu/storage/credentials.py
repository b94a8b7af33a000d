"""In: the installation's secret key. Out: passwords of database roles.

Invariant: no password is written anywhere in clear text; without the secret key none can be had.
"""

import hashlib
import hmac
import os
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


def derived_password(key: bytes, role: str) -> str:
    """Return the password of one of the installation's own roles: HMAC-SHA256 of its name, in hex."""
    return hmac.new(key, f"konnektu role {role}".encode(), hashlib.sha256).hexdigest()


def new_password() -> str:
    """Return a random password of 256 bits, in hex."""
    return secrets.token_hex(32)


def encrypted(key: bytes, password: str) -> bytes:
    """Encrypt a password with AES-256-GCM under a key derived from the secret key; nonce first."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(_key(key)).encrypt(nonce, password.encode(), None)


def decrypted(key: bytes, sealed: bytes) -> str:
    """Return the password; raises `cryptography.exceptions.InvalidTag` under another key."""
    nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    return AESGCM(_key(key)).decrypt(nonce, body, None).decode()


def _key(key: bytes) -> bytes:
    return hmac.new(key, b"konnektu database passwords", hashlib.sha256).digest()
