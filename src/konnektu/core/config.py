"""Settings. In: the command line, KONNEKTU_* variables, one TOML file. Out: one frozen `Config` and where
each of its values came from.

The earlier source wins. The file is named by KONNEKTU_CONFIG, or is konnektu.toml in the data folder.
Invariant: read once; a wrong or unknown setting ends the start with advice; no secret has a default.
"""

import ast
import difflib
import inspect
import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from konnektu.core.errors import Fatal

PREFIX = "KONNEKTU_"
FILE_VARIABLE = "KONNEKTU_CONFIG"
FILE_NAME = "konnektu.toml"
SECRETS = frozenset({"secret_key", "postgres_url", "clickhouse_url", "backup_passphrase", "smtp_url"})
"""Settings that may hold a password: never printed."""
MASK = "********"

Role = Literal["store", "collect", "belt", "deliver", "web"]
ROLES: tuple[Role, ...] = ("store", "collect", "belt", "deliver", "web")

Count = Annotated[int, Meta(ge=1)]
Port = Annotated[int, Meta(ge=1, le=65535)]
Days = Annotated[int, Meta(ge=1, le=30)]
DedupDays = Annotated[int, Meta(ge=30, le=400)]


class Config(Struct, frozen=True, kw_only=True):
    """Every setting of the installation."""

    data: Path = Path(".data")
    """Folder of everything that must survive: databases, keys, uploads, exports."""
    host: str = "127.0.0.1"
    """Address to listen on; 0.0.0.0 for all, behind a proxy that ends TLS."""
    port: Port = 8080
    """Public port: tracking API, management API, console."""
    public_url: str = ""
    """How the world reaches this installation, as https://cdp.example.org; empty: made of host and port."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks whose X-Forwarded-For is believed; elsewhere the sender's own address counts."""
    postgres_url: str = ""
    """PostgreSQL 16 or later as postgresql://user:password@host/database; empty: the embedded one."""
    clickhouse_url: str = ""
    """ClickHouse as http://user:password@host:8123; empty: the embedded store."""
    clickhouse_cluster: str = ""
    """Cluster of that server whose tables are replicated and spread over shards; empty: one server."""
    secret_key: str = ""
    """Encrypts stored passwords, signs sessions and tombstones; empty: made once in the data folder."""
    erased_folder: str = ""
    """Folder where erasures are noted as keyed hashes; best on another disk. Empty: in the data folder."""
    backup_folder: str = ""
    """Folder of backups where none is said, and of those that a schedule makes; best on another disk."""
    backup_passphrase: str = ""
    """Encrypts backups that a schedule makes; empty: they are not encrypted."""
    roles: tuple[Role, ...] = ROLES
    """Which roles this machine runs, separated by commas."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least level that is written."""
    log_format: Literal["json", "console"] = "json"
    """One JSON object a line, or lines for a person."""
    inbox_days: Days = 7
    """Applied blocks stay in the inbox so long before the sealed history alone is the truth."""
    dedup_days: DedupDays = 30
    """A repeated event is recognised so long after its first arrival."""
    event_bytes: Count = 32_768
    """Largest event; a larger one goes to quarantine."""
    batch_bytes: Count = 512_000
    """Largest batch, unpacked; SDKs cut theirs below 500 KB."""
    batch_events: Count = 2_500
    """Most events in one batch."""
    request_bytes: Count = 10_485_760
    """Hard limit of any tracking request, unpacked; reading stops there."""
    upload_bytes: Count = 2_147_483_648
    """Largest file of an import."""
    request_seconds: Count = 30
    """A client slower than this with its body is cut off."""
    collect_buffer_bytes: Count = 67_108_864
    """Accepted but unwritten bytes a collector holds before it answers 429."""
    belt_block_events: Count = 10_000
    """Events a writer applies in one transaction. Larger: fewer commits, more memory, later visibility."""
    lease_seconds: Count = 20
    """A belt that is silent for so long loses its workspaces to another."""
    sink_batch_events: Count = 50_000
    """Most events in one insert into the event store."""
    postgres_pool: Count = 8
    """Most connections of one process as one database role."""
    statement_seconds: Count = 60
    """A console query in PostgreSQL is stopped after this."""
    store_memory_bytes: Count = 4_294_967_296
    """Memory that the embedded event store may take for queries."""
    store_threads: Count = 2
    """Threads of one query in the embedded event store."""
    outgoing_networks: tuple[str, ...] = ()
    """Inner networks (CIDR) that feeds, exports and webhooks may reach, as 10.1.0.0/16; none unless named."""
    jobs_at_once: Count = 4
    """Jobs (imports, feeds, exports) that one process runs side by side."""
    smtp_url: str = ""
    """Mail server of the installation's own letters as smtp://user:password@host:587 or smtps://…; empty: none."""
    smtp_from: str = ""
    """Address that those letters come from, as cdp@example.org."""


class Settings(Struct, frozen=True):
    """The settings with their origins."""

    config: Config
    origins: Mapping[str, str]
    """Field → where its value came from, in words a person can follow."""


class WrongSetting(Fatal):
    """A setting is wrong. Correct it and start again."""


def load(overrides: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """All settings, from the strongest source each.

    `overrides` are options of the command line by field name, None where not given. `environ` replaces the
    environment. Raises `WrongSetting`, naming the setting, its source and what would be right.
    """
    environ = os.environ if environ is None else environ
    given = {name: value for name, value in (overrides or {}).items() if value is not None}
    variables = _from_environment(environ)
    data = Path(given.get("data") or variables.get("data") or Config().data)
    file = Path(environ[FILE_VARIABLE]) if environ.get(FILE_VARIABLE) else data / FILE_NAME
    sources = (
        ("command line", given),
        ("environment", variables),
        (str(file), _from_file(file, must_exist=bool(environ.get(FILE_VARIABLE)))),
    )
    values, origins = _strongest(sources)
    return Settings(Config(**values), origins)


def child_environment(**more: str) -> dict[str, str]:
    """The environment for a child process: this one's, with `more` over it."""
    return {**os.environ, **more}


def describe(settings: Settings) -> list[dict[str, str]]:
    """Every setting as name, value (secrets masked), origin, variable and meaning, in declared order."""
    return [
        {
            "name": name,
            "value": MASK if name in SECRETS and value else _as_text(value),
            "origin": settings.origins[name],
            "variable": PREFIX + name.upper(),
            "meaning": meanings()[name],
        }
        for name, value in msgspec.structs.asdict(settings.config).items()
    ]


def meanings() -> dict[str, str]:
    """The line of text under each field of `Config`, by field name."""
    body = ast.parse(inspect.getsource(Config)).body[0]
    assert isinstance(body, ast.ClassDef)  # noqa: S101 - what getsource of a class gives
    found: dict[str, str] = {}
    for field, text in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(text, ast.Expr)
        ):
            found[field.target.id] = str(ast.literal_eval(text.value))
    return found


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    names = [name for name in environ if name.startswith(PREFIX) and name != FILE_VARIABLE]
    return {name.removeprefix(PREFIX).lower(): environ[name] for name in names}


def _from_file(file: Path, *, must_exist: bool) -> dict[str, Any]:
    if not must_exist and not file.exists():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise WrongSetting(
            f"{FILE_VARIABLE} names {file}, which cannot be read: {error.strerror}."
        ) from error
    except ValueError as error:
        raise WrongSetting(f"{file} is not TOML: {error}.") from error


def _strongest(sources: Iterable[tuple[str, Mapping[str, Any]]]) -> tuple[dict[str, Any], dict[str, str]]:
    types = {field.name: field.type for field in msgspec.structs.fields(Config)}
    values: dict[str, Any] = {}
    origins = dict.fromkeys(types, "default")
    for source, given in reversed(list(sources)):
        for name, raw in given.items():
            if name not in types:
                raise WrongSetting(_unknown(name, source, types))
            values[name] = _converted(name, raw, types[name], source)
            origins[name] = source
    return values, origins


def _converted(name: str, raw: object, type_: Any, source: str) -> Any:
    if isinstance(raw, str) and isinstance(getattr(Config(), name), tuple):
        raw = [part.strip() for part in raw.split(",") if part.strip()]
    try:
        return msgspec.convert(raw, type_, strict=False, dec_hook=lambda kind, value: kind(value))
    except msgspec.ValidationError as error:
        shown = MASK if name in SECRETS else repr(raw)
        raise WrongSetting(
            f"{name} = {shown} ({source}) is wrong: {error}. Meaning: {meanings()[name]}"
        ) from error


def _unknown(name: str, source: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    advice = f"Did you mean {near[0]}?" if near else "`konnektu config` lists the settings."
    return f"There is no setting {name} ({source}). {advice}"


def _as_text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
