"""Marketing sources with the people they brought."""

from collections.abc import Iterator, Sequence
from typing import Any

from konnektu.acquisition import api as acquisition
from konnektu.exports.declared import Asker, List
from konnektu.exports.model import Column

COLUMNS = (
    Column("key", "Key", "Ключ"),
    Column("name", "Name", "Название"),
    Column("kind", "Kind", "Вид"),
    Column("party", "Party", "Чьи данные"),
    Column("purposes", "Purposes", "Цели"),
    Column("until", "May be used until", "Срок использования", "time"),
    Column("owner", "Owner", "Ответственный"),
    Column("description", "Description", "Описание"),
    Column("parent", "Partner programme", "Партнёрская программа"),
    Column("code", "Partner's code", "Код партнёра"),
    Column("active", "Active", "Действует", "boolean"),
    Column("first", "People, first source", "Клиентов, первый источник", "number"),
    Column("last", "People, last source", "Клиентов, последний источник", "number"),
    Column("any", "People, any source", "Клиентов, любой источник", "number"),
)
_NOBODY = acquisition.Counted()


def rows(asker: Asker) -> Iterator[Sequence[Any]]:
    """Every source in the order of keys; a retired one is not active."""
    with asker.storage.workspace(asker.workspace).read(snapshot=True) as db:
        sources, counted = acquisition.sources(db), acquisition.counted(db)
    return (_row(one, counted.get(one.id, _NOBODY), asker.language) for one in sources.values())


def _row(one: acquisition.Source, people: acquisition.Counted, language: str) -> Sequence[Any]:
    said = one.stated
    en, ru = acquisition.KINDS[said.kind]
    return (
        one.key, said.name, ru if language == "ru" else en, said.party, ", ".join(said.purposes), said.until,
        said.owner, said.description, said.parent, said.code, one.is_open, people.first, people.last, people.any,
    )  # fmt: skip


LIST = List(
    "marketing_sources",
    "Marketing sources",
    "Маркетинговые источники",
    "acquisition.read",
    COLUMNS,
    rows,
    is_within_rows=True,
)
