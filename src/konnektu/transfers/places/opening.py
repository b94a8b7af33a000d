"""Opens a place. In: its record, its secret, the settings of the installation. Out: a door.

Invariant: the address of every connection was checked by outgoing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from konnektu.core.config import Config
from konnektu.outgoing.api import Outgoing, checked_address, checked_url
from konnektu.transfers.place_model import (
    HttpsPlace,
    Increment,
    Place,
    S3Place,
    Secret,
    Settings,
    SftpPlace,
    SqlPlace,
)
from konnektu.transfers.places.door import Door
from konnektu.transfers.places.https import HttpsDoor
from konnektu.transfers.places.sftp import SftpDoor, checked_key


@contextmanager
def opened(
    place: Place, secret: Secret, config: Config, *, now: int, zone: ZoneInfo, query: str = "",
    increment: Increment | None = None,
) -> Iterator[Door]:  # fmt: skip
    """The place while it is used. `now` and `zone` say which day it is there, `query` what a database is asked.

    `increment` says how far a query that goes on came.

    Raises `PlaceRefused` and what outgoing raises where a person must act, `Retry` where another try may help.
    """
    door = _door(place, secret, config, now, zone, query, increment)
    try:
        yield door
    finally:
        door.close()


def shown_key(door: Door) -> str:
    """The key by which the server of an open place is known; empty where it has none."""
    return door.host_key if isinstance(door, SftpDoor) else ""


def check(settings: Settings, secret: Secret) -> None:
    """Raise where settings and secret cannot be right, whatever the place answers."""
    match settings:
        case HttpsPlace():
            checked_url(settings.url)
        case SftpPlace():
            checked_key(secret)
        case S3Place():
            from konnektu.transfers.places import s3  # noqa: PLC0415 - as below

            checked_url(settings.endpoint)
            s3.check(settings, secret)


def _door(
    place: Place, secret: Secret, config: Config, now: int, zone: ZoneInfo, query: str, increment: Increment | None
) -> Door:  # fmt: skip
    match place.settings:
        case HttpsPlace() as settings:
            return HttpsDoor(settings, secret, Outgoing(config), now=now, zone=zone)
        case SftpPlace() as settings:
            address = checked_address(settings.host, settings.port, config)
            return SftpDoor(settings, secret, place.host_key, address)
        case S3Place() as settings:
            # The library takes a while to load, and few places need it.
            from konnektu.transfers.places.s3 import S3Door  # noqa: PLC0415

            return S3Door(settings, secret, Outgoing(config))
        case SqlPlace() as settings:
            from konnektu.transfers.places.sql import SqlDoor  # noqa: PLC0415 - as above

            address = checked_address(settings.host, settings.port, config)
            return SqlDoor(settings, secret, query, address, increment)
