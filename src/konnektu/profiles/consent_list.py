"""The section of consents. In: what people said. Out: a row for each consent that was ever spoken of, as it stands."""

from collections.abc import Iterator
from typing import Any

import msgspec

from konnektu.core.asking import cursor, place
from konnektu.core.errors import NotFound
from konnektu.core.fitting import row_fits
from konnektu.core.ids import internal_id, public_id
from konnektu.core.section import MADE, Action, Column, Filter, Found, Row, Section, Wanted, filters_of
from konnektu.identity import api as identity
from konnektu.profiles import looking
from konnektu.profiles.masking import covered_identifier
from konnektu.profiles.model import Statement
from konnektu.storage.api import SEEN_MOST, Asker, Connection, Key, Listing, listed

_PEOPLE = Listing("SELECT DISTINCT profile FROM consent WHERE true", {MADE: (Key("profile", 0),)})
_BEFORE_ALL = (0, 2**62, 0, 0)


def rows(asker: Asker, wanted: Wanted) -> Found:
    """The standing of consents, person by person in the order of their making, the newest decision first."""
    seen = tuple(place(wanted.after, [int] * 4)) if wanted.after else _BEFORE_ALL
    asked = {name: value for name, value in wanted.filters.items() if name in _SHOWN}
    found: list[Row] = []
    last, looked = _BEFORE_ALL, 0
    with asker.db.read(snapshot=True) as conn:
        for number, public, said in _standing(conn, wanted, seen[0], asker.now):
            if number == seen[0] and said.moment >= seen[1:]:
                continue
            if len(found) == wanted.limit or looked == SEEN_MOST:
                return Found(found, cursor(last))
            last, looked = (number, *said.moment), looked + 1
            row = _row(public, said, asker)
            if row_fits(row, COLUMNS, asked):
                found.append(row)
    return Found(found, None)


def _standing(db: Connection, wanted: Wanted, first: int, now: int) -> Iterator[tuple[int, str, Statement]]:
    """(Profile, its public id, the statement that decides) from a profile on, fetched page by page."""
    for page in _pages(db, wanted, first):
        people, stand = looking.profiles(db, page), looking.consents(db, page, now)
        for number in page:
            public = public_id(people[number].born, number) if number in people else ""
            for one in stand.get(number, ()):
                yield number, public, one.statement


def _pages(db: Connection, wanted: Wanted, first: int) -> Iterator[list[int]]:
    if "profile" in wanted.filters:
        present = _present(db, wanted.filters["profile"])
        if present >= first:
            yield [present]
        return
    after: str | None = cursor([first - 1])
    while after is not None:
        asked = Wanted(order=MADE, after=after, limit=wanted.limit)
        people, after = listed(db, _PEOPLE, asked)
        yield [row[0] for row in people]


def _present(db: Connection, public: Any) -> int:
    present = identity.current(db, internal_id(public))
    if present is None:
        raise NotFound("There is no such profile in this workspace; it may have been erased.")
    return present


def _row(profile: str, said: Statement, asker: Asker) -> Row:
    contact = said.contact
    shown = (
        profile, said.state, said.time, said.valid_until, said.entity, said.channel, said.category, said.purpose,
        contact.kind,
        contact.value if asker.is_open else covered_identifier(contact.kind, contact.value),
        said.text_version, said.text_hash, msgspec.json.encode(said.proof).decode() if asker.is_open else "",
    )  # fmt: skip
    return Row(".".join(map(str, (profile, *said.moment))), shown)


COLUMNS = (
    Column("profile", "Profile", "Клиент", refers="profiles", width=240),
    Column("state", "State", "Состояние", width=120),
    Column("time", "Said", "Когда", "time"),
    Column("valid_until", "Valid until", "Действует до", "time"),
    Column("entity", "Legal entity", "Юридическое лицо", width=200),
    Column("channel", "Channel", "Канал связи", width=120),
    Column("category", "Mailing category", "Категория рассылок"),
    Column("purpose", "Purpose", "Цель"),
    Column("contact_kind", "Contact", "Контакт", width=120),
    Column("contact", "Value", "Значение", is_personal=True, width=220),
    Column("text_version", "Version of the text", "Версия текста", is_visible=False),
    Column("text_hash", "Digest of the text", "Хеш текста", is_visible=False),
    Column("proof", "Proof", "Подтверждение", is_personal=True, is_visible=False, width=320),
)  # fmt: skip
_FILTERS = (
    *filters_of(COLUMNS, "state", "time", always=True),
    *filters_of(COLUMNS, "channel", "purpose", "valid_until", "category", "entity", "contact_kind"),
)
_SHOWN = frozenset(one.name for one in _FILTERS)
CONSENTS = Section(
    name="consents",
    en="Consents",
    ru="Согласия",
    about=("What people agreed to and refused, with proof. It comes with forms, imports and cards of customers.",
           "Что клиенты разрешили и от чего отказались, с подтверждением. Приходит из форм, импортов и карточек."),
    right="profiles.read",
    columns=COLUMNS,
    rows=rows,
    orders=(MADE,),
    filters=(Filter(name="profile", en="Profile", ru="Клиент", kind="reference", refers="profiles"), *_FILTERS),
    actions=(
        Action(
            name="state", en="State a consent", ru="Записать согласие", right="profiles.write", on="one",
            operation="state_consents",
        ),
    ),
    is_within_rows=True,
)  # fmt: skip
