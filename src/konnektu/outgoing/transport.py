"""HTTP over checked addresses. In: requests of httpx. Out: their answers, from addresses that were checked.

The name stays in the request and in the certificate's check; the connection goes to the address.
"""

import ssl
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore
import httpx

from konnektu.outgoing.addresses import checked_addresses
from konnektu.outgoing.logic import Network

CONNECTIONS = 10
NOTHING_LEFT = 0.001

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)
"""Monotonic seconds at which the present request must be over."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Whatever is connected, sent and read while this lasts ends with a time-out after so many seconds."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def _left(timeout: float | None, over: type[Exception]) -> float | None:
    """A time-out that does not reach beyond the request's own end; raises `over` where nothing is left."""
    deadline = _deadline.get()
    if deadline is None:
        return timeout
    left = deadline - time.monotonic()
    if left < NOTHING_LEFT:
        raise over("too slow: the time for one request is over")
    return left if timeout is None else min(timeout, left)


class TimedStream(httpcore.NetworkStream):
    """A connection whose every wait ends with the request's time: a server that drips byte by byte gains nothing."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What came, `max_bytes` at most."""
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send."""
        self._inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        """Hang up."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted."""
        timeout = _left(timeout, httpcore.ConnectTimeout)
        return TimedStream(self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        """What the connection knows of itself."""
        return self._inner.get_extra_info(info)


class CheckedBackend(httpcore.NetworkBackend):
    """Opens connections to checked addresses alone."""

    def __init__(self, allowed: Sequence[Network]) -> None:
        self._allowed = allowed
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address that takes one."""
        timeout = _left(timeout, httpcore.ConnectTimeout)
        *others, last = map(str, checked_addresses(host, port, self._allowed))
        for address in others:
            try:
                stream = self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
                return TimedStream(stream)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return TimedStream(self._inner.connect_tcp(last, port, timeout, local_address, socket_options))

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """No socket of this machine is an address outside."""
        raise httpcore.ConnectError("sockets of this machine are not reached from here")


class CheckedTransport(httpx.HTTPTransport):
    """httpx's own transport whose connections are opened by `CheckedBackend`; settings of proxies are not followed."""

    def __init__(self, allowed: Sequence[Network], trust: ssl.SSLContext | None = None) -> None:
        context = trust or httpx.create_ssl_context(trust_env=False)
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=CONNECTIONS,
            network_backend=CheckedBackend(allowed),
        )
