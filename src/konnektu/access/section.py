"""The sections of access: technical sources, users, tokens, the audit log.

In: the control schema. Out: rows of the asker's workspace. Invariant: no row holds a key, a password or a hash.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec

from konnektu.access.audited import AUDITED
from konnektu.access.logic import state_of
from konnektu.access.model import Invitation, Role, SourceKind
from konnektu.core.ids import public_id
from konnektu.core.section import (
    LIKE,
    Action,
    Choice,
    Column,
    Filter,
    Folder,
    Found,
    Row,
    Section,
    Wanted,
    filters_of,
)
from konnektu.storage.api import Asker, Key, Listing, counted, listed

ROLE_NAMES: dict[Role, tuple[str, str]] = {
    "owner": ("Owner", "Владелец"),
    "administrator": ("Administrator", "Администратор"),
    "marketer": ("Marketer", "Маркетолог"),
    "analyst": ("Analyst", "Аналитик"),
    "operator": ("Operator", "Оператор"),
    "read_only": ("Read only", "Только чтение"),
}
KIND_NAMES: dict[SourceKind, tuple[str, str]] = {
    "web": ("Site", "Сайт"),
    "mobile": ("Mobile app", "Мобильное приложение"),
    "desktop": ("Desktop app", "Настольное приложение"),
    "server": ("Server", "Сервер"),
    "pos": ("Point of sale", "Касса"),
    "crm": ("CRM", "CRM"),
    "call_center": ("Call centre", "Колл-центр"),
    "form": ("Form", "Форма"),
    "partner": ("Partner", "Партнёр"),
    "mailing": ("Mailing", "Рассылка"),
    "chat_bot": ("Chat bot", "Чат-бот"),
    "import": ("Import", "Импорт"),
}
STATES = (Choice("active", "Active", "Включён"), Choice("disabled", "Disabled", "Отключён"))
_MADE = {"created_at": (Key("id", 0),)}
"""Ids grow with the time of making."""


def _choices(names: dict[Any, tuple[str, str]]) -> tuple[Choice, ...]:
    return tuple(Choice(value, en, ru) for value, (en, ru) in names.items())


_SOURCES = Listing(
    "SELECT id, kind, name, state, is_test, created_at FROM source WHERE workspace = %(workspace)s",
    _MADE,
    {"kind": "kind = %(kind)s", "state": "state = %(state)s", "is_test": "is_test = %(is_test)s"},
    {name: name for name in ("kind", "state", "name", "created_at")},
)
_USERS = Listing(
    "SELECT id, login, name, role, state, created_at, signed_in_at,"
    " EXISTS (SELECT FROM second_factor f WHERE f.app_user = app_user.id) AS has_second_factor,"
    " row_limit IS NOT NULL AS is_limited"
    " FROM app_user WHERE workspace = %(workspace)s",
    _MADE,
    {"role": "role = %(role)s", "state": "state = %(state)s"},
    {
        name: name
        for name in (
            "role", "state", "login", "name", "created_at", "signed_in_at", "has_second_factor", "is_limited",
        )
    },
)  # fmt: skip
_INVITATIONS = Listing(
    "SELECT id, name, login, role, created_at, created_by, expires_at, accepted_at, withdrawn_at FROM invitation"
    " WHERE workspace = %(workspace)s",
    _MADE,
    seen={
        name: name
        for name in (
            "name", "login", "role", "created_at", "created_by", "expires_at", "accepted_at", "withdrawn_at",
        )
    },
)  # fmt: skip
_TOKENS = Listing(
    "SELECT id, name, scopes, created_at, created_by, expires_at, used_at FROM api_token"
    " WHERE workspace = %(workspace)s",
    _MADE,
    seen={
        "scopes": "array_to_string(scopes, ', ')",
        **{name: name for name in ("name", "created_at", "created_by", "expires_at", "used_at")},
    },
)  # fmt: skip
_AUDIT = Listing(
    "SELECT id, at, actor_kind, actor, ip, what, about, detail FROM audit WHERE workspace = %(workspace)s",
    {"at": (Key("at", 1), Key("id", 0)), "number": (Key("id", 0),)},
    {"at": "at", "actor": "actor = %(actor)s", "what": "what = %(what)s"},
    {name: name for name in ("actor", "what", "about", "ip", "actor_kind")},
)


def _page(asker: Asker, listing: Listing, wanted: Wanted) -> tuple[Sequence[Sequence[Any]], str | None]:
    with asker.storage.control.read() as conn:
        return listed(conn, listing, wanted, {"workspace": asker.workspace.id})


def count(listing: Listing, asker: Asker, wanted: Wanted) -> int:
    """How many rows of the workspace there are."""
    with asker.storage.control.read() as conn:
        return counted(conn, listing, wanted, {"workspace": asker.workspace.id})


def source_rows(asker: Asker, wanted: Wanted) -> Found:
    """Technical sources."""
    rows, more = _page(asker, _SOURCES, wanted)
    return Found([Row(public_id(made, number), (*shown, made)) for number, *shown, made in rows], more)


def user_rows(asker: Asker, wanted: Wanted) -> Found:
    """Named people with a login."""
    rows, more = _page(asker, _USERS, wanted)
    return Found([Row(public_id(row[5], row[0]), row[1:]) for row in rows], more)


def invitation_rows(asker: Asker, wanted: Wanted) -> Found:
    """Named people who were invited, without the secrets of their links."""
    rows, more = _page(asker, _INVITATIONS, wanted)
    return Found([_invitation(Invitation(*row), asker.now) for row in rows], more)


def _invitation(one: Invitation, now: int) -> Row:
    shown = (
        one.name, one.login, one.role, state_of(one, now), one.created_at, one.created_by, one.expires_at,
        one.accepted_at, one.withdrawn_at,
    )  # fmt: skip
    return Row(public_id(one.created_at, one.id), shown)


def token_rows(asker: Asker, wanted: Wanted) -> Found:
    """Keys of the management API, without the keys themselves."""
    rows, more = _page(asker, _TOKENS, wanted)
    return Found(
        [Row(public_id(row[3], row[0]), (row[1], ", ".join(row[2]), *row[3:])) for row in rows], more
    )


def audit_rows(asker: Asker, wanted: Wanted) -> Found:
    """Lines of the audit log."""
    rows, more = _page(asker, _AUDIT, wanted)
    return Found(
        [
            Row(
                public_id(row[1], row[0]), (*row[1:7], msgspec.json.encode(row[7]).decode() if row[7] else "")
            )
            for row in rows
        ],
        more,
    )


_SOURCE_COLUMNS = (
    Column("kind", "Kind", "Вид"),
    Column("name", "Name", "Название", width=260),
    Column("state", "State", "Состояние", width=120),
    Column("is_test", "Test", "Тестовый", "boolean", width=100),
    Column("created_at", "Made", "Создан", "time"),
)  # fmt: skip
SOURCES = Section(
    name="sources",
    en="Sources",
    ru="Источники данных",
    about=("Sites, apps, tills and systems that send data. Each has a key of its own.",
           "Сайты, приложения, кассы и системы, которые присылают данные. У каждого свой ключ."),
    right="sources.manage",
    columns=_SOURCE_COLUMNS,
    rows=source_rows,
    count=partial(count, _SOURCES),
    orders=("created_at", "-created_at"),
    filters=(
        Filter(name="kind", en="Kind", ru="Вид", kind="choice", choices=_choices(KIND_NAMES), ways=("any",)),
        Filter(name="state", en="State", ru="Состояние", kind="choice", choices=STATES),
        Filter(name="is_test", en="Test", ru="Тестовый", kind="boolean"),
        *filters_of(_SOURCE_COLUMNS, "name", "created_at", always=True),
    ),
    actions=(
        Action(
            name="create", en="New source", ru="Новый источник", right="sources.manage", on="none",
            operation="create_source",
        ),
        Action(
            name="change", en="Change", ru="Изменить", right="sources.manage", on="one", operation="change_source"
        ),
        Action(
            name="rotate", en="New write key", ru="Новый ключ записи", right="sources.manage", on="one",
            operation="rotate_write_key",
        ),
    ),
    folders=(
        Folder(name="working", en="At work", ru="Работают", filters={"state": "active", "is_test": False}),
        Folder(name="off", en="Disabled", ru="Отключённые", filters={"state": "disabled"}, is_pinned=False),
    ),
)  # fmt: skip
_USER_COLUMNS = (
    Column("login", "Login", "Логин", width=220),
    Column("name", "Name", "Имя", width=200),
    Column("role", "Role", "Роль"),
    Column("state", "State", "Состояние", width=120),
    Column("created_at", "Made", "Создан", "time"),
    Column("signed_in_at", "Last sign-in", "Последний вход", "time"),
    Column("has_second_factor", "Second factor", "Второй фактор", "boolean", width=140),
    Column("is_limited", "Sees some rows alone", "Видит не все строки", "boolean", width=170),
)  # fmt: skip
USERS = Section(
    name="users",
    en="Users",
    ru="Пользователи",
    about=("Named people who may sign in, each with a role.",
           "Люди, которым разрешён вход, у каждого своя роль."),
    right="users.manage",
    columns=_USER_COLUMNS,
    rows=user_rows,
    count=partial(count, _USERS),
    orders=("created_at", "-created_at"),
    filters=(
        Filter(name="role", en="Role", ru="Роль", kind="choice", choices=_choices(ROLE_NAMES), ways=("any",)),
        Filter(name="state", en="State", ru="Состояние", kind="choice", choices=STATES),
        *filters_of(_USER_COLUMNS, "login", always=True),
        *filters_of(_USER_COLUMNS, "signed_in_at", "name"),
        *filters_of(_USER_COLUMNS, "has_second_factor", "is_limited", "created_at", always=True),
    ),
    actions=(
        Action(
            name="create", en="New user", ru="Новый пользователь", right="users.manage", on="none",
            operation="create_user",
        ),
        Action(
            name="change", en="Role and state", ru="Роль и состояние", right="users.manage", on="one",
            operation="change_user",
        ),
        Action(
            name="password", en="New password", ru="Новый пароль", right="users.manage", on="one",
            operation="set_password",
        ),
    ),
    folders=(
        Folder(name="active", en="Active", ru="Включённые", filters={"state": "active"}),
        Folder(name="disabled", en="Disabled", ru="Отключённые", filters={"state": "disabled"}),
    ),
)  # fmt: skip
_INVITATION_COLUMNS = (
    Column("name", "Name", "Имя", width=220),
    Column("login", "Login", "Логин", width=200),
    Column("role", "Role", "Роль"),
    Column("state", "State", "Состояние", width=120),
    Column("created_at", "Made", "Создано", "time"),
    Column("created_by", "By", "Кем"),
    Column("expires_at", "Until", "Действует до", "time"),
    Column("accepted_at", "Accepted", "Принято", "time", is_visible=False),
    Column("withdrawn_at", "Withdrawn", "Отозвано", "time", is_visible=False),
)  # fmt: skip
INVITATIONS = Section(
    name="invitations",
    en="Invitations",
    ru="Приглашения",
    about=("People who were invited and when their links end.",
           "Приглашённые и сроки их ссылок."),
    right="users.manage",
    columns=_INVITATION_COLUMNS,
    rows=invitation_rows,
    count=partial(count, _INVITATIONS),
    orders=("created_at", "-created_at"),
    filters=(
        *filters_of(_INVITATION_COLUMNS, "name", always=True),
        *filters_of(_INVITATION_COLUMNS, "login"),
        Filter(name="role", en="Role", ru="Роль", kind="choice", choices=_choices(ROLE_NAMES), ways=("any",)),
        *filters_of(_INVITATION_COLUMNS, "created_at", "expires_at", always=True),
        *filters_of(_INVITATION_COLUMNS, "accepted_at", "withdrawn_at"),
        *filters_of(_INVITATION_COLUMNS, "created_by", always=True),
    ),
    actions=(
        Action(
            name="invite", en="Invite", ru="Пригласить", right="users.manage", on="none",
            operation="invite_person",
        ),
        Action(
            name="withdraw", en="Withdraw", ru="Отозвать", right="users.manage", on="one",
            operation="withdraw_invitation",
        ),
    ),
)  # fmt: skip
_TOKEN_COLUMNS = (
    Column("name", "Name", "Название", width=240),
    Column("scopes", "Rights", "Права", width=320),
    Column("created_at", "Made", "Создан", "time"),
    Column("created_by", "By", "Кем"),
    Column("expires_at", "Until", "Действует до", "time"),
    Column("used_at", "Last use", "Последнее обращение", "time"),
)  # fmt: skip
TOKENS = Section(
    name="tokens",
    en="Tokens",
    ru="Ключи API",
    about=("Keys by which other systems use the API, with their rights.",
           "Ключи, по которым другие системы работают с API, и их права."),
    right="users.manage",
    columns=_TOKEN_COLUMNS,
    rows=token_rows,
    count=partial(count, _TOKENS),
    orders=("created_at", "-created_at"),
    filters=(
        *filters_of(_TOKEN_COLUMNS, "name", always=True),
        *filters_of(_TOKEN_COLUMNS, "used_at", "expires_at", "scopes"),
        *filters_of(_TOKEN_COLUMNS, "created_at", "created_by", always=True),
    ),
    actions=(
        Action(
            name="create", en="New token", ru="Новый ключ", right="users.manage", on="none", operation="create_token"
        ),
        Action(
            name="revoke", en="Revoke", ru="Отозвать", right="users.manage", on="one", operation="revoke_token"
        ),
    ),
)  # fmt: skip
_AUDIT_COLUMNS = (
    Column("at", "When", "Когда", "time"),
    Column("actor_kind", "Kind of actor", "Вид участника", is_visible=False),
    Column("actor", "Who", "Кто", width=200),
    Column("ip", "Address", "Адрес", width=140),
    Column("what", "What", "Что", width=200),
    Column("about", "About", "О чём", width=240),
    Column("detail", "Detail", "Подробности", width=320),
)  # fmt: skip
AUDIT = Section(
    name="audit",
    en="Audit log",
    ru="Журнал действий",
    about=(
        "Who did what, and when. It is written by itself and never changed.",
        "Кто, что и когда сделал. Ведётся сам и не изменяется.",
    ),
    right="audit.read",
    columns=_AUDIT_COLUMNS,
    rows=audit_rows,
    count=partial(count, _AUDIT),
    orders=("-at", "at"),
    filters=(
        Filter(name="at", en="When", ru="Когда", kind="period"),
        Filter(name="actor", en="Who", ru="Кто", kind="text", ways=LIKE),
        Filter(name="what", en="What", ru="Что", kind="choice", choices=AUDITED, ways=("any",)),
        *filters_of(_AUDIT_COLUMNS, "about", "ip"),
    ),
)

SECTIONS = (SOURCES, USERS, INVITATIONS, TOKENS, AUDIT)
