"""In: the installation's secret key. Out: passwords of database roles.

Invariant: no password is written anywhere in clear text; without the secret key none can be had.
"""

import secrets

from konnektu.core.secrets import keyed_hash, seal, unseal

USE = "database passwords"


def derived_password(key: bytes, role: str) -> str:
    """Return the password of a role whose password is kept nowhere: a keyed hash of its name, in hex."""
    return keyed_hash(key, USE, role).hex()


def event_store_password(key: bytes, user: str) -> str:
    """Return the password of a user of the event store."""
    return derived_password(key, f"event store {user}")


def new_password() -> str:
    """Return a random password of 256 bits, in hex."""
    return secrets.token_hex(32)


def encrypted(key: bytes, password: str) -> bytes:
    """Seal a password for storing."""
    return seal(key, USE, password.encode())


def decrypted(key: bytes, sealed: bytes) -> str:
    """Return the password; raises `Fatal` under another key."""
    return unseal(key, USE, sealed).decode()
