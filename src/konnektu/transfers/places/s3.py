"""S3-compatible storage. In: settings, a secret. Out: objects as files.

botocore words, signs (Signature Version 4) and reads; every request itself goes through outgoing: small ones from
its event `before-send`, files by an address that is signed for a while (https://docs.aws.amazon.com/AmazonS3/latest/API).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config as ClientConfig
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from konnektu.outgoing.api import AnsweredNo, Outgoing
from konnektu.transfers.logic import Pattern
from konnektu.transfers.model import FileAway, PlaceRefused, PlaceSilent, WrongPlace
from konnektu.transfers.place_model import Entry, Fetched, S3Place, Secret

SIGNED_SECONDS = 3_600
"""How long the signed address of a file opens it: as long as a fetch may take."""
LARGEST_PUT = 5 * 1024**3
"""Bytes of one request, and of one copy: a limit of the protocol."""
PIECE = 1 << 20
ANSWER_BYTES = 16 << 20
ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
FIRST_OF_SERVER = 500
SLOW = frozenset({"SlowDown", "RequestTimeout", "Throttling", "ThrottlingException"})
OWN_SETTINGS = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
"""Settings and keys that the machine has for other uses play no part."""


class S3Door:
    """A bucket."""

    def __init__(self, settings: S3Place, secret: Secret, outgoing: Outgoing) -> None:
        self._bucket, self._folder = settings.bucket, settings.folder.strip("/")
        self._outgoing = outgoing
        self._client = _client(settings, secret)
        self._client.meta.events.register("before-send.s3", self._send)

    def list(self, pattern: Pattern) -> Iterator[Entry]:
        """The objects of the folder that are meant; folders below it are left out by the server."""
        folder = self._key(pattern.folder)
        head = f"{folder}/" if folder else ""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=head + pattern.beginning, Delimiter="/"
        )
        with _translated(self._bucket):
            for page in pages:
                for found in page.get("Contents", ()):
                    name = found["Key"].removeprefix(head)
                    if pattern.matches(name):
                        yield _entry(pattern.path(name), found["Size"], found)

    def stat(self, path: str) -> Entry | None:
        """One object; None where there is none."""
        try:
            return self._head(path)[0]
        except FileAway:
            return None

    def _head(self, path: str) -> tuple[Entry, bool]:
        """An object as it is, and whether it is sent packed."""
        with _translated(path):
            found = self._client.head_object(Bucket=self._bucket, Key=self._key(path))
        is_packed = found.get("ContentEncoding", "identity") not in ("", "identity", "aws-chunked")
        return _entry(path, found["ContentLength"], found), is_packed

    def fetch(self, entry: Entry, to: Path, limit: int) -> Fetched:
        """Bring an object here; what it is called afterwards says whether it changed meanwhile."""
        asked = {"Bucket": self._bucket, "Key": self._key(entry.path)}
        with _translated(entry.path):
            url = self._client.generate_presigned_url("get_object", asked, ExpiresIn=SIGNED_SECONDS)
        try:
            self._outgoing.fetch(url, to, limit=limit)
        except AnsweredNo as error:
            raise FileAway(error.message) from error
        after, is_packed = self._head(entry.path)
        return Fetched(after, is_unpacked=is_packed)

    def move(self, path: str, to: str) -> None:
        """Copy an object within the bucket, then delete it under its old name."""
        source = {"Bucket": self._bucket, "Key": self._key(path)}
        with _translated(path):
            self._client.copy_object(Bucket=self._bucket, Key=self._key(to), CopySource=source)
            self._client.delete_object(**source)

    def remove(self, path: str) -> None:
        """Delete an object, if it is there."""
        with _translated(path):
            self._client.delete_object(Bucket=self._bucket, Key=self._key(path))

    def put(self, source: Path, path: str) -> None:
        """Bring a file there; the protocol shows it whole or not at all."""
        if source.stat().st_size > LARGEST_PUT:
            raise PlaceRefused(
                "The file is larger than 5 GB, which one request cannot carry. Split the export."
            )
        with _translated(path), source.open("rb") as body:
            self._client.put_object(Bucket=self._bucket, Key=self._key(path), Body=body)

    def close(self) -> None:
        """Hang up."""
        self._client.close()
        self._outgoing.close()

    def _key(self, path: str) -> str:
        return "/".join(part for part in (self._folder, path) if part)

    def _send(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        """One request of the library, sent by outgoing."""
        headers = {
            name: value.decode() if isinstance(value, bytes) else value
            for name, value in request.headers.items()
            if name.lower() != "expect"  # the body follows at once
        }
        body: Any = request.body if request.body is not None else b""
        content = _pieces(body) if hasattr(body, "read") else body
        answer = self._outgoing.send(
            request.method,
            request.url,
            content=content,
            headers=headers,
            limit=ANSWER_BYTES,
            seconds=SIGNED_SECONDS,
        )
        return AWSResponse(request.url, answer.status, answer.headers, _Body(answer.body))


class _Body:
    """A body that was read already, as the library takes it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        """All of it."""
        yield self._content


def check(settings: S3Place, secret: Secret) -> None:
    """Raise `WrongPlace` where the library cannot speak of such a bucket."""
    client = _client(settings, secret)
    with _translated(settings.bucket):
        client.generate_presigned_url("get_object", {"Bucket": settings.bucket, "Key": "x"})
    client.close()


def _client(settings: S3Place, secret: Secret) -> Any:
    style = "path" if settings.is_path_style else "virtual"
    config = ClientConfig(
        signature_version="s3v4", s3={"addressing_style": style}, retries={"total_max_attempts": 1},
        request_checksum_calculation="when_required", response_checksum_validation="when_required",
    )  # fmt: skip
    with _translated(settings.bucket):
        return Session(session_vars=OWN_SETTINGS).create_client(
            "s3", region_name=settings.region, endpoint_url=settings.endpoint, config=config,
            aws_access_key_id=settings.access_key, aws_secret_access_key=secret.password,
        )  # fmt: skip


def _pieces(body: BinaryIO) -> Iterator[bytes]:
    while piece := body.read(PIECE):
        yield piece


def _entry(path: str, size: int, found: dict[str, Any]) -> Entry:
    return Entry(path, size, int(found["LastModified"].timestamp() * 1_000), found.get("ETag", ""))


@contextmanager
def _translated(what: str) -> Iterator[None]:
    """Errors of the library and of the storage, as the product says them."""
    try:
        yield
    except ClientError as error:
        raise _refusal(what, error) from error
    except (BotoCoreError, ValueError) as error:
        raise WrongPlace(f"{what}: {error}. Look at the endpoint, the bucket and the region.") from error


def _refusal(what: str, error: ClientError) -> PlaceRefused | PlaceSilent:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in ABSENT:
        return FileAway(f"{what}: there is no such object.")
    if status >= FIRST_OF_SERVER or code in SLOW:
        return PlaceSilent(f"{what}: the storage answers {status} {code}. It will be tried again.")
    return PlaceRefused(
        f"{what}: the storage refuses ({status} {code}). Look at the bucket, the key and its rights."
    )
