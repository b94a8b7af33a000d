"""Files at addresses of the web, fetched through outgoing. Nothing can be put, moved or deleted there.

The web has no folders: a name with date parts is asked for as of today and yesterday, and cannot hold wildcards.
"""

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from konnektu.outgoing.api import AnsweredNo, Credentials, Outgoing, Unanswered
from konnektu.transfers.logic import Pattern
from konnektu.transfers.model import FileAway, PlaceRefused, WrongPattern
from konnektu.transfers.place_model import Entry, Fetched, HttpsPlace, Secret

ABSENT = frozenset({404, 410})
MUTE = frozenset({405, 501})
"""Servers that do not answer HEAD say so; their files are known only by being read."""
MOVED = range(300, 400)
"""Where it leads to is followed, and checked, when the file is fetched."""
FIRST_ERROR, FIRST_OF_SERVER = 400, 500


class HttpsDoor:
    """A folder of the web."""

    def __init__(
        self, settings: HttpsPlace, secret: Secret, outgoing: Outgoing, *, now: int, zone: ZoneInfo
    ) -> None:
        self._url = settings.url
        self._outgoing = outgoing
        self._now, self._zone = now, zone
        self._credentials = _credentials(settings, secret)

    def list(self, pattern: Pattern) -> Iterator[Entry]:
        """The files of today and yesterday, as far as they are there."""
        if not pattern.is_exact:
            raise WrongPattern(
                "The web cannot be listed: name the file without * and ?, with date parts at most."
            )
        for path in pattern.expanded(self._now, self._zone):
            if (entry := self.stat(path)) is not None:
                yield entry

    def stat(self, path: str) -> Entry | None:
        """What HEAD says of a file; without size and time where the server does not answer HEAD."""
        answer = self._outgoing.send("HEAD", self._at(path), credentials=self._credentials)
        if answer.status in ABSENT:
            return None
        if answer.status in MUTE or answer.status in MOVED:
            return Entry(path, None, None)
        if answer.status >= FIRST_OF_SERVER:
            raise Unanswered(f"{self._named(path)} answered {answer.status}. It will be tried again.")
        if answer.status >= FIRST_ERROR:
            raise PlaceRefused(
                f"{self._named(path)} answered {answer.status}. Look at the address and the credentials."
            )
        headers = answer.headers
        size = headers.get("content-length", "")
        packed = headers.get("content-encoding", "identity") != "identity"
        return Entry(
            path,
            int(size) if size.isdecimal() and not packed and answer.status == 200 else None,
            _milliseconds(headers.get("last-modified", "")),
            headers.get("etag", ""),
        )

    def fetch(self, entry: Entry, to: Path, limit: int) -> Fetched:
        """Bring a file here; the answer's own tag and time say which content came."""
        try:
            found = self._outgoing.fetch(self._at(entry.path), to, limit=limit, credentials=self._credentials)
        except AnsweredNo as error:
            raise FileAway(error.message) from error
        size = None if entry.size is None else found.size
        # A page made for each request has another time at each: size and tag say whether it is the same.
        is_same = (size, found.etag) == (entry.size, entry.tag)
        modified = entry.modified if is_same else _milliseconds(found.last_modified)
        return Fetched(Entry(entry.path, size, modified, found.etag))

    def move(self, path: str, to: str) -> None:
        """Not on the web."""
        raise PlaceRefused("Files of the web cannot be moved. Let them stay where they are.")

    def remove(self, path: str) -> None:
        """Not on the web."""
        raise PlaceRefused("Files of the web cannot be deleted. Let them stay where they are.")

    def put(self, source: Path, path: str) -> None:
        """Not on the web."""
        raise PlaceRefused("Files cannot be put on the web. Choose SFTP or S3 for exports.")

    def close(self) -> None:
        """Hang up."""
        self._outgoing.close()

    def _at(self, path: str) -> str:
        """The address of a path; one on another host would be shown the credentials of this one."""
        base, found = urlsplit(self._url), urlsplit(urljoin(self._url, path))
        if found[:2] != base[:2]:
            raise WrongPattern("The name leads to another server. Write it from the place's own address on.")
        return urlunsplit(found._replace(query=base.query))

    def _named(self, path: str) -> str:
        """The address as messages show it: without its query, which may hold a key."""
        return self._at(path).partition("?")[0]


def _credentials(settings: HttpsPlace, secret: Secret) -> Credentials:
    if settings.header:
        return Credentials(headers={settings.header: secret.password})
    return Credentials(settings.user, secret.password)


def _milliseconds(text: str) -> int | None:
    """A time of HTTP; None where it is none."""
    try:
        return int(parsedate_to_datetime(text).timestamp() * 1_000)
    except (ValueError, OverflowError):
        return None
