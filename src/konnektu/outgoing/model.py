"""In: nothing. Out: what outgoing requests give back, and how they are refused. Invariant: no credentials inside."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address

from msgspec import Struct

from konnektu.core.errors import Refused, Retry, TooLarge, Unprocessable

Address = IPv4Address | IPv6Address


class InnerAddress(Unprocessable):
    """The address lies inside. Name another one, or let the installation allow its network."""


class WrongAddress(Unprocessable):
    """The address cannot be used. Write it as https://host/path."""


class Unanswered(Retry):
    """The other server does not answer as it should. It will be asked again."""


class AnsweredNo(Refused):
    """The other server refuses. Look at the address and at the credentials."""

    status = 422


class AnsweredTooMuch(TooLarge):
    """The other server sends more than allowed. Ask it for less, or allow more."""


class Fetched(Struct, frozen=True, kw_only=True):
    """What became of a fetch."""

    is_new: bool
    """False where the server says that nothing changed: then no file was written."""
    size: int
    """Bytes written."""
    etag: str
    """For the next fetch; empty where the server gave none."""
    last_modified: str
    """For the next fetch; empty where the server gave none."""
    content_type: str
    url: str
    """Where redirects ended, without credentials."""


class Answer(Struct, frozen=True):
    """What a server answered to something that was sent."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name; of a repeated name the values are joined by commas."""
    body: bytes
