"""Finding things by what somebody types: people, orders, products, lists and pages. In: a person and text. Out: hits.

Invariant: every part is read through the person's own door, by indexes alone, and is given up after `SEARCH_MS`;
beginnings of names and contacts are searched only for who may see personal data, so that nobody guesses them letter
by letter.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

from konnektu.catalogue import api as catalogue
from konnektu.console.asking import Person
from konnektu.console.menu import PAGES
from konnektu.console.model import Hits, OrderHit, PersonHit, PlaceHit, ProductHit
from konnektu.core.errors import NotFound, Retry
from konnektu.core.ids import internal_id, public_id
from konnektu.core.money import major
from konnektu.core.section import sections
from konnektu.core.text import fold, squeeze
from konnektu.identity import api as identity
from konnektu.orders import api as orders
from konnektu.profiles import api as profiles
from konnektu.storage.api import Connection

LEAST: Final = 2
"""Characters from which on people, orders and products are searched."""
SEARCH_MS: Final = 300
IDENTIFIERS: Final = 3
"""Identifiers that are shown of a person."""
_NAME: Final[tuple[str, ...]] = ("last_name", "first_name", "patronymic")
_WORD: Final = re.compile(r"\w+")
Hit = TypeVar("Hit")
Search = Callable[[Connection, Person, str, int], list[Hit]]


def search(person: Person, text: str, limit: int) -> Hits:
    """What a text finds, at most so much of each kind."""
    asked = squeeze(text)
    return Hits(
        people=_part(_people, "people", person, asked, limit),
        orders=_part(_orders, "orders", person, asked, limit),
        products=_part(_products, "products", person, asked, limit),
        places=_places(person, asked, limit),
    )


def _part(find: Search[Hit], section: str, person: Person, text: str, limit: int) -> list[Hit] | None:
    """What one part of the search finds; None where the section may not be seen, or it took too long."""
    if not person.may_open(sections()[section]):
        return None
    if len(text) < LEAST:
        return []
    try:
        with person.storage.workspace(person.caller.workspace).read(snapshot=True) as db:
            db.execute("SELECT set_config('statement_timeout', %s, true)", [str(SEARCH_MS)])
            return find(db, person, text, limit)
    except Retry:
        # Too much begins so: the other parts are found all the same, and a longer text finds this one too.
        return None


def _people(db: Connection, person: Person, text: str, limit: int) -> list[PersonHit]:
    ids = list(dict.fromkeys(_ids(db, person, text, limit)))[:limit]
    rows = profiles.profiles(db, ids)
    carried = {one.id: one for one in identity.persons(db, ids)}
    is_open = person.caller.may("profiles.personal")
    return [_person(rows[one], carried.get(one), is_open=is_open) for one in ids if one in rows]


def _ids(db: Connection, person: Person, text: str, limit: int) -> Iterator[int]:
    """Profiles: by the id itself, by a whole identifier, by the beginning of one, by the beginning of a name."""
    rules = identity.rules(db)
    yield from _by_id(db, text)
    yield from identity.exactly(db, rules, text)
    if person.caller.may("profiles.personal"):
        yield from identity.beginning(db, rules, text, limit)
        yield from profiles.named(db, text, limit)


def _by_id(db: Connection, text: str) -> Iterator[int]:
    try:
        present = identity.current(db, internal_id(text))
    except NotFound:
        return
    if present is not None:
        yield present


def _person(row: profiles.ProfileRow, carried: identity.Person | None, *, is_open: bool) -> PersonHit:
    # What names a person before what names a browser.
    atoms = (
        sorted(carried.atoms.values(), key=lambda atom: (atom.kind in profiles.OPEN_KINDS, atom.id))
        if carried
        else []
    )
    shown = [
        (atom.kind, atom.value if is_open else profiles.covered_identifier(atom.kind, atom.value))
        for atom in atoms
        if atom.status == "active"
    ]
    return PersonHit(
        id=public_id(row.born, row.id),
        name=_name(row, is_open=is_open),
        identifiers=tuple(shown[:IDENTIFIERS]),
        is_known=row.state.basics.known,
    )


def _rank_of(atom: identity.Atom) -> tuple[bool, int]:
    """What names a person comes before what names a browser."""
    return atom.kind in profiles.OPEN_KINDS, atom.id


def _name(row: profiles.ProfileRow, *, is_open: bool) -> str:
    held = row.state.attributes
    said = [(name, held[name].value) for name in _NAME if name in held and held[name].value]
    if not said and "name" in held and held["name"].value:
        said = [("name", held["name"].value)]
    return " ".join(str(value if is_open else profiles.covered(name, value)) for name, value in said)


def _orders(db: Connection, _person: Person, text: str, limit: int) -> list[OrderHit]:
    found = orders.beginning(db, text, limit)
    people = profiles.profiles(db, sorted({one.profile for one in found if one.profile}))
    owners = {one.id: public_id(one.born, one.id) for one in people.values()}
    return [_order(one, owners.get(one.profile)) for one in found]


def _order(one: orders.OrderRow, profile: str | None) -> OrderHit:
    figures = one.figures
    return OrderHit(
        number=one.number, stage=figures.stage, status=figures.shown or "", ordered_at=figures.ordered_at,
        net=major(figures.net, figures.currency), currency=figures.currency, profile=profile,
    )  # fmt: skip


def _products(db: Connection, _person: Person, text: str, limit: int) -> list[ProductHit]:
    found = catalogue.looking.products(db, catalogue.Filters(text=text), 0, limit)
    return [_product(one.thing) for one in found if isinstance(one.thing, catalogue.Product)]


def _product(one: catalogue.Product) -> ProductHit:
    return ProductHit(
        id=one.id, name=one.name, sku=one.sku, currency=one.currency,
        price=None if one.price is None else major(one.price, one.currency),
        picture=one.pictures[0] if one.pictures else "",
    )  # fmt: skip


def _places(person: Person, text: str, limit: int) -> list[PlaceHit]:
    """Lists and pages one of whose words begins like each word of the text; those named so before others."""
    asked = _words(text)
    if not asked:
        return []
    opens = person.opens()
    found = [
        (rank, hit)
        for hit, words in _known()
        if hit.name in opens and (rank := _rank(hit, words, asked)) is not None
    ]
    return [hit for _, hit in sorted(found, key=lambda one: one[0])][:limit]


def _known() -> Iterator[tuple[PlaceHit, Sequence[str]]]:
    for one in sections().values():
        yield PlaceHit(name=one.name, kind="section", en=one.en, ru=one.ru), _words(f"{one.en} {one.ru}")
    for page in PAGES:
        words = _words(f"{page.en} {page.ru} {page.words}")
        yield PlaceHit(name=page.name, kind="page", en=page.en, ru=page.ru), words


def _rank(hit: PlaceHit, words: Sequence[str], asked: Sequence[str]) -> int | None:
    """0 where the name begins so, 1 where a word of it does, 2 for other words; None where it is not meant."""
    if not all(any(word.startswith(one) for word in words) for one in asked):
        return None
    named = [_words(hit.en), _words(hit.ru)]
    if any(name and name[0].startswith(asked[0]) for name in named):
        return 0
    return 1 if any(word.startswith(asked[0]) for name in named for word in name) else 2


def _words(text: str) -> list[str]:
    found: list[Any] = _WORD.findall(fold(text))
    return found
