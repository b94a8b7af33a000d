"""Where the consents and refusals of every person stand, with what proves them."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from konnektu.core.ids import public_id
from konnektu.exports.declared import Asker, List
from konnektu.exports.lists.paging import PAGE
from konnektu.exports.model import Column
from konnektu.profiles import api as profiles

COLUMNS = (
    Column("profile", "Profile", "Клиент"),
    Column("state", "State", "Состояние"),
    Column("time", "Said", "Когда", "time"),
    Column("valid_until", "Valid until", "Действует до", "time"),
    Column("entity", "Legal entity", "Юридическое лицо"),
    Column("channel", "Channel", "Канал связи"),
    Column("category", "Mailing category", "Категория рассылок"),
    Column("purpose", "Purpose", "Цель"),
    Column("contact_kind", "Contact", "Контакт"),
    Column("contact", "Value", "Значение", is_personal=True),
    Column("text_version", "Version of the text", "Версия текста"),
    Column("text_hash", "Digest of the text", "Хеш текста"),
    Column("proof", "Proof", "Подтверждение", is_personal=True),
)


def rows(asker: Asker) -> Iterator[Sequence[Any]]:
    """The standing of each consent that was ever spoken of, profile by profile."""
    db, after = asker.storage.workspace(asker.workspace), 0
    while True:
        with db.read(snapshot=True) as conn:
            page = profiles.profiles_after(conn, after, PAGE)
            standings = profiles.consents(conn, [row.id for row in page], asker.now)
        if not page:
            return
        for row in page:
            for standing in standings.get(row.id, ()):
                yield _row(public_id(row.born, row.id), standing.statement, asker)
        after = page[-1].id


def _row(profile: str, said: profiles.Statement, asker: Asker) -> Sequence[Any]:
    contact, proof = said.contact, said.proof
    return (
        profile,
        said.state,
        said.time,
        said.valid_until,
        said.entity,
        said.channel,
        said.category,
        said.purpose,
        contact.kind,
        contact.value if asker.is_open else profiles.covered_identifier(contact.kind, contact.value),
        said.text_version,
        said.text_hash,
        msgspec.json.encode(proof).decode() if asker.is_open else "",
    )


LIST = List("consents", "Consents", "Согласия", "profiles.read", COLUMNS, rows)
