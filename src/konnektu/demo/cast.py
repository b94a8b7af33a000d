"""The people of the story. In: a seeded generator and how many. Out: people in households, with what they share.

Invariant: equal seeds give equal people. A person's number is the truth that quality tests compare with.
"""

from random import Random
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from konnektu.core.names.table import known_names, patronymics
from konnektu.demo.shop import AGENTS, CITIES, MEN, NETWORKS, SURNAMES, TABLETS, WOMEN
from konnektu.demo.spelling import latin

_FAMILY_PHONE, _FAMILY_EMAIL, _SHARED_TABLET = 0.12, 0.06, 0.25
"""Shares of households of two and more: one phone for the family, one mailbox, one tablet."""

_SIGNS_UP, _SECOND_ACCOUNT, _HAS_APP, _HAS_CARD, _RECYCLED_PHONE = 0.72, 0.03, 0.3, 0.45, 0.01
"""Shares of people."""


class Person(Struct, frozen=True):
    """One person as they are, whatever forms were told."""

    number: int
    """From 1; the truth of every event of theirs."""
    household: int
    sex: str
    first: str
    patronymic: str
    last: str
    birth_date: str
    city: str
    phone: str
    email: str
    browsers: tuple[tuple[str, str], ...]
    """(cookie, user agent) of each device they use; a household's tablet has one cookie for all."""
    address: str
    """The IP address of the home."""
    user_id: str
    """Account on the site; empty for one who never signs up."""
    second_user_id: str
    """A second account, made when the first was forgotten; mostly empty."""
    app: str
    """Installation of the app; empty without one."""
    card: str
    """Loyalty card; empty without one."""
    arrival: float
    """Share of the year that passed before they first came."""
    interest: float
    """Visits a month, about."""


def people(rng: Random, count: int) -> list[Person]:
    """`count` people in households of one to four."""
    cast: list[Person] = []
    while len(cast) < count:
        size = min(rng.choices((1, 2, 3, 4), (52, 28, 13, 7))[0], count - len(cast))
        cast += _household(rng, len(cast) + 1, size)
    return _with_recycled_phones(rng, cast)


def _household(rng: Random, first_number: int, size: int) -> list[Person]:
    surname, city = rng.choice(SURNAMES), rng.choice(CITIES)
    home = f"{rng.choice(NETWORKS)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"
    tablet = ((_cookie(rng), rng.choice(TABLETS)),) if size > 1 and rng.random() < _SHARED_TABLET else ()
    family_phone = _phone(rng) if size > 1 and rng.random() < _FAMILY_PHONE else ""
    family_email = f"{latin(surname).lower()}.family{rng.randrange(100)}@mail.ru" if size > 1 else ""
    if rng.random() >= _FAMILY_EMAIL:
        family_email = ""
    home_life = _Home(first_number, surname, city, home, tablet, family_phone, family_email)
    return [_person(rng, first_number + member, home_life) for member in range(size)]


class _Home(Struct, frozen=True):
    number: int
    surname: str
    city: str
    address: str
    tablet: tuple[tuple[str, str], ...]
    phone: str
    email: str


def _person(rng: Random, number: int, home: _Home) -> Person:
    sex = rng.choices("mf", (38, 62))[0]
    first = rng.choice(MEN if sex == "m" else WOMEN)
    last = home.surname if sex == "m" else feminine(home.surname)
    year = rng.randrange(1950, 2007)
    has_account = rng.random() < _SIGNS_UP
    own = tuple((_cookie(rng), rng.choice(AGENTS)) for _ in range(rng.choices((1, 2, 3), (50, 38, 12))[0]))
    return Person(
        number=number,
        household=home.number,
        sex=sex,
        first=first,
        patronymic=_patronymic(rng, sex),
        last=last,
        birth_date=f"{year}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}",
        city=home.city,
        phone=home.phone or _phone(rng),
        email=home.email or _email(rng, first, last, year),
        browsers=own + home.tablet,
        address=home.address,
        user_id=f"u-{number:05}" if has_account else "",
        second_user_id=f"u-{number + 50_000}" if has_account and rng.random() < _SECOND_ACCOUNT else "",
        app=f"app-{rng.getrandbits(64):016x}" if has_account and rng.random() < _HAS_APP else "",
        card=f"29{rng.randrange(10**9):09}" if rng.random() < _HAS_CARD else "",
        arrival=rng.random() ** 1.3 * 0.95,
        interest=min(6.0, rng.lognormvariate(-1.0, 0.85)),
    )


def feminine(surname: str) -> str:
    """A woman's form of a Russian surname: Иванова, Достоевская, Толстая; the others do not change."""
    if surname.endswith(("ов", "ев", "ёв", "ин")):
        return surname + "а"
    return surname[:-2] + "ая" if surname.endswith(("ий", "ой")) else surname


def _patronymic(rng: Random, sex: str) -> str:
    father = rng.choice(MEN)
    made = patronymics(next(known for known in known_names() if known.name == father))
    return next(form for form in made if form.endswith("на") == (sex == "f"))


def _cookie(rng: Random) -> str:
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def _phone(rng: Random) -> str:
    return f"+79{rng.choice((3, 1, 2, 5, 6, 8))}{rng.randrange(1, 10)}{rng.randrange(2_000_000, 9_999_999)}"


_MAILBOXES: Final = ("mail.ru", "yandex.ru", "ya.ru", "gmail.com", "bk.ru", "list.ru", "rambler.ru")


def _email(rng: Random, first: str, last: str, year: int) -> str:
    name, surname = latin(first).lower(), latin(last).lower()
    logins = (f"{name}.{surname}{year % 100}", f"{surname}.{name[0]}{year}", f"{name}{rng.randrange(10_000)}")
    return f"{rng.choice(logins)}@{rng.choices(_MAILBOXES, (34, 24, 6, 22, 6, 4, 4))[0]}"


def _with_recycled_phones(rng: Random, cast: list[Person]) -> list[Person]:
    """Some late-comers hold a number that an operator took from somebody else before."""
    for place in rng.sample(range(len(cast)), int(len(cast) * _RECYCLED_PHONE)):
        former = rng.choice(cast)
        cast[place] = replace(cast[place], phone=former.phone)
    return cast
