"""In: nothing. Out: the words of places: what each kind is described by, what lies there, what opens it.

Invariant: no record but `Secret` holds a secret, and that one is never shown.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Text = Annotated[str, Meta(max_length=1_000)]
Host = Annotated[str, Meta(min_length=1, max_length=253)]
Port = Annotated[int, Meta(ge=1, le=65_535)]


class HttpsPlace(Struct, frozen=True, forbid_unknown_fields=True, tag="https"):
    """Files at addresses of the web. Its secret is a password, or the value of a header such as Bearer …."""

    url: Annotated[str, Meta(min_length=1, max_length=4_096)]
    """The folder, as https://host/exports/; names are joined to it, and its query goes with every one of them."""
    user: Text = ""
    header: Text = ""
    """Name of the header that carries the secret, as authorization; empty: a password, where there is a user."""


class SftpPlace(Struct, frozen=True, forbid_unknown_fields=True, tag="sftp"):
    """A server of SFTP (SSH file transfer). Its secret is a password or a private key."""

    host: Host
    user: Text
    port: Port = 22
    folder: Text = ""
    """Where paths begin; empty: where the server puts the user."""


class S3Place(Struct, frozen=True, forbid_unknown_fields=True, tag="s3"):
    """A bucket of S3-compatible storage. Its secret is the secret access key, as the password."""

    endpoint: Annotated[str, Meta(min_length=1, max_length=4_096)]
    """Where the storage answers, as https://storage.yandexcloud.net."""
    bucket: Annotated[str, Meta(min_length=1, max_length=255)]
    access_key: Annotated[str, Meta(min_length=1, max_length=255)]
    """The id of the access key."""
    region: Annotated[str, Meta(min_length=1, max_length=100)] = "us-east-1"
    folder: Text = ""
    """Where paths begin; empty: at the bucket's own beginning."""
    is_path_style: bool = True
    """The bucket stands in the path; otherwise in the host's name."""


class SqlPlace(Struct, frozen=True, forbid_unknown_fields=True, tag="sql"):
    """A database, whose queries are read as files. Its secret is the user's password."""

    engine: Literal["postgresql", "mysql"]
    host: Host
    port: Port
    user: Text
    database: Text
    encryption: Literal["off", "on", "verified"] = "verified"
    """on: encrypted, to whoever answers; verified: the server's certificate must show the host's name."""


Settings = HttpsPlace | SftpPlace | S3Place | SqlPlace


class Place(Struct, frozen=True, kw_only=True):
    """Somewhere outside that files are fetched from or put to."""

    id: int
    name: str
    settings: Settings
    host_key: str
    """The server's public key as OpenSSH writes it, remembered at the first meeting; empty before, and where a
    place has none."""
    has_secret: bool
    created_at: int
    created_by: str


class Secret(Struct, frozen=True):
    """What opens a place."""

    password: str = ""
    private_key: str = ""
    """In a form that OpenSSH knows."""
    passphrase: str = ""
    """Of the private key."""

    def __repr__(self) -> str:
        return "Secret(…)"


class Entry(Struct, frozen=True):
    """A file as its place shows it."""

    path: str
    size: int | None
    """Bytes; None where the place does not say before it is read."""
    modified: int | None
    """Milliseconds UTC; None where the place does not say."""
    tag: str = ""
    """What the place itself calls this content, such as an ETag."""


class Increment(Struct, frozen=True):
    """How far a query came."""

    column: str
    """The column that it goes on by."""
    since: str
    """The greatest value that was read, or where a person let it begin."""
    edge: tuple[str, ...] = ()
    """Marks of the rows that were read with that value."""


class Fetched(Struct, frozen=True):
    """A file as it was brought here."""

    entry: Entry
    """As the place showed it after the last byte was read."""
    is_unpacked: bool = False
    """It was sent packed and is unpacked here, so that it is larger than its place says."""
    reached: Increment | None = None
    """How far a query that goes on came with this result."""
