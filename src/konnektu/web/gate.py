"""In: the installation's doors and settings. Out: what guards and handlers need of them.

Invariant: forwarding headers are believed only of the proxies that the settings name.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection

from konnektu.access.api import Passwords, Providers
from konnektu.collect.api import is_inside, sender_address
from konnektu.core.clock import Clock
from konnektu.core.config import Config
from konnektu.storage.api import Storage
from konnektu.web.rows import why_closed

NEAR = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10")
"""Loopback, private and link-local networks (RFC 1918, RFC 4193, RFC 4291)."""

Given = TypeVar("Given")

type_of_connection = ASGIConnection[Any, Any, Any, Any]


class Gate:
    """The doors of one web process; the application keeps it as `state.gate`."""

    def __init__(self, storage: Storage, config: Config, clock: Clock, passwords: Passwords) -> None:
        self.storage = storage
        self.config = config
        self.clock = clock
        self.passwords = passwords
        self.providers = Providers(config)

    def address_of(self, connection: type_of_connection) -> str:
        """Address of the sender, seen through trusted proxies; empty where it cannot be known."""
        forwarded = connection.headers.get("x-forwarded-for", "")
        return sender_address(_peer(connection), forwarded.encode("latin-1"), self.config.trusted_proxies)

    def is_secure(self, connection: type_of_connection) -> bool:
        """Whether the sender's connection is encrypted, seen through trusted proxies."""
        if self.config.public_url:
            return self.config.public_url.startswith("https://")
        scheme = str(connection.scope["scheme"])
        if is_inside(_peer(connection), self.config.trusted_proxies):
            scheme = connection.headers.get("x-forwarded-proto", scheme)
        return scheme == "https"

    def home_of(self, connection: type_of_connection) -> str:
        """Address of the installation, as the sender reaches it; without a slash at its end."""
        scheme = "https" if self.is_secure(connection) else "http"
        return self.config.public_url.rstrip("/") or f"{scheme}://{connection.url.netloc}"

    @staticmethod
    def why_closed(handler: str) -> str:
        """Why the handler of this name is closed to callers with a row limit; empty where it is open to them."""
        return why_closed(handler)

    async def aside(self, work: Callable[[], Given]) -> Given:
        """Do what waits for a disk or a server in a thread, so that other requests go on."""
        return await sync_to_thread(work)

    def is_near(self, connection: type_of_connection) -> bool:
        """Whether the sender is this machine or stands in a private network, not hidden behind an unknown proxy."""
        peer = _peer(connection)
        if "x-forwarded-for" in connection.headers and not is_inside(peer, self.config.trusted_proxies):
            return False
        return is_inside(self.address_of(connection), NEAR)


def _peer(connection: type_of_connection) -> str:
    return connection.client.host if connection.client else ""
