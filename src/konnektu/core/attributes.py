"""Attributes of a person. In: names and values as senders write them. Out: one spelling, checked values.

A name that is in no list keeps its sender's spelling: nothing is renamed by guessing. Invariant: `standard` and
`coerce` are idempotent, never raise, and what `coerce` lets through can be stored by every store.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from math import isfinite
from typing import Any, Final, Literal

from msgspec import Struct

from konnektu.core.contacts import email, phone
from konnektu.core.invalid import Invalid
from konnektu.core.names import FullName, birth_date, sex_of_word, split_full_name
from konnektu.core.text import clean, squeeze, word_list

AttributeType = Literal["text", "number", "date", "boolean", "list", "phone", "email", "sex"]

_WHOLE_DIGITS: Final = 29
NUMBER_BOUND: Final = 10**_WHOLE_DIGITS
"""Numbers are decimal(38, 9): 29 digits before the point, 9 after it."""

LARGEST_WHOLE: Final = 2**63 - 1
"""Larger whole numbers are kept as text: no store holds more than 64 bits as a whole number."""

DECIMALS: Final = 9
DEEPEST: Final = 16
"""Levels of lists and objects within one value."""

LONGEST_NAME: Final = 200
"""Characters of an attribute's name that are kept."""


class Attribute(Struct, frozen=True):
    """A standard attribute: known to every workspace without being declared."""

    name: str
    type: AttributeType
    en: str
    """Label in the English console."""
    ru: str
    """Label in the Russian console."""
    aliases: str = ""
    """Other spellings, separated by `|`; case, blanks, hyphens and underscores do not count."""


STANDARD: Final = (
    Attribute("first_name", "text", "First name", "Имя", "fname|given name|forename|имя клиента|name first"),
    Attribute(
        "last_name", "text", "Last name", "Фамилия", "lname|surname|family name|second name|фамилия клиента"
    ),
    Attribute("patronymic", "text", "Patronymic", "Отчество", "middle name|father name|отчество клиента"),
    Attribute(
        "name",
        "text",
        "Full name",
        "ФИО",
        "full name|display name|fio|ф.и.о.|клиент|имя и фамилия|фамилия имя отчество",
    ),
    Attribute(
        "phone",
        "phone",
        "Phone",
        "Телефон",
        "phone number|mobile|mobile phone|cell|cellphone|tel|telephone|msisdn|номер телефона|мобильный телефон"
        "|мобильный|моб. телефон|сотовый|сотовый телефон|тел|телефон клиента|контактный телефон",
    ),
    Attribute(
        "email",
        "email",
        "E-mail",
        "Электронная почта",
        "e-mail|mail|email address|e-mail address|почта|имейл|емейл|эл. почта|адрес электронной почты|email клиента",
    ),
    Attribute(
        "birth_date",
        "date",
        "Birth date",
        "Дата рождения",
        "birthday|birthdate|date of birth|dob|bday|день рождения|др|д.р.|родился",
    ),
    Attribute("gender", "sex", "Sex", "Пол", "sex"),
    Attribute("age", "number", "Age", "Возраст"),
    Attribute(
        "city", "text", "City", "Город", "town|locality|населенный пункт|населённый пункт|address.city"
    ),
    Attribute(
        "region", "text", "Region", "Регион", "state|province|область|край|address.state|address.region"
    ),
    Attribute("country", "text", "Country", "Страна", "address.country"),
    Attribute("street", "text", "Street", "Улица", "address line|address1|address.street|улица дом"),
    Attribute(
        "postal_code",
        "text",
        "Postal code",
        "Индекс",
        "zip|zip code|postcode|почтовый индекс|address.postalcode|address.zip",
    ),
    Attribute("address", "text", "Address", "Адрес", "full address|адрес доставки|полный адрес"),
    Attribute(
        "company",
        "text",
        "Company",
        "Компания",
        "organization|organisation|company name|организация|company.name",
    ),
    Attribute("title", "text", "Job title", "Должность", "job title|position"),
    Attribute("username", "text", "Login", "Логин", "login|user name|nickname|nick|ник|имя пользователя"),
    Attribute("website", "text", "Website", "Сайт", "site|homepage|web site"),
    Attribute("avatar", "text", "Picture", "Изображение", "photo|picture|фото|аватар"),
    Attribute("description", "text", "Description", "Описание", "about|bio|комментарий|примечание"),
    Attribute("language", "text", "Language", "Язык", "lang|locale"),
    Attribute("time_zone", "text", "Time zone", "Часовой пояс", "tz|timezone"),
    Attribute(
        "created_at",
        "date",
        "Registered",
        "Дата регистрации",
        "created|registered|registered at|registration date|signup date|создан",
    ),
    Attribute(
        "user_id",
        "text",
        "User id",
        "ID клиента",
        "id|userid|client id|customer id|external id|uid|код клиента|ид клиента|ид|код",
    ),
    Attribute(
        "loyalty_card",
        "text",
        "Loyalty card",
        "Карта лояльности",
        "card|card number|bonus card|карта|номер карты|бонусная карта|дисконтная карта|номер бонусной карты",
    ),
)
"""In the order of the client card. Sources: Segment's reserved traits, headings of Russian tables."""

_BY_NAME: Final = {attribute.name: attribute for attribute in STANDARD}
_IGNORED: Final = re.compile(r"[\s_\-]+")
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def _plain(name: str) -> str:
    return _IGNORED.sub("", squeeze(name).casefold().replace("ё", "е")).strip(".:*")


_STANDARD_OF: Final = {
    _plain(spelling): attribute.name
    for attribute in STANDARD
    for spelling in (attribute.name, attribute.en, attribute.ru, *attribute.aliases.split("|"))
    if spelling
}


def standard(name: str) -> str:
    """The one spelling of a name: `first_name` for firstName, First Name or «Имя»; any other, cleaned."""
    return _standard(name[:LONGEST_NAME])


@lru_cache(maxsize=1 << 14)
def _standard(name: str) -> str:
    return _STANDARD_OF.get(_plain(name)) or squeeze(name)


def attribute_type(name: str) -> AttributeType | None:
    """The type of a standard attribute; None for any other, whose values keep the type they come with."""
    attribute = _BY_NAME.get(name)
    return attribute.type if attribute else None


def coerce(name: str, value: Any, today: date | None = None) -> Any:
    """The value in the type of the attribute (standard name), or `Invalid`.

    Phones become E.164, e-mails the address to send to, dates ISO text, sex m or f; None states absence and stays.
    Numbers outside decimal(38, 9) are kept as text. Reasons: those of `phone` and `email`, and not_a_number,
    not_a_date, not_a_boolean, not_a_sex, not_text, too_deep.
    """
    if value is None:
        return None
    if name == "birth_date":
        return _birth_date(value, today)
    attribute = _BY_NAME.get(name)
    return _READERS[attribute.type](value) if attribute else storable(value)


def _phone(value: Any) -> str | Invalid:
    found = phone(value)
    return found if isinstance(found, Invalid) else found.value


def _email(value: Any) -> str | Invalid:
    found = email(value)
    return found if isinstance(found, Invalid) else found.address


def _sex(value: Any) -> str | Invalid:
    return sex_of_word(value) or Invalid("not_a_sex")


def _birth_date(value: Any, today: date | None) -> str | Invalid:
    born = birth_date(value, today)
    return born.value if born else Invalid("not_a_date")


def _date(value: Any) -> Any:
    """A moment keeps the form its sender chose: text without blanks around it, or a number."""
    return squeeze(value) if isinstance(value, str) else storable(value)


def _text(value: Any) -> str | Invalid:
    """Text of a text, a number or a boolean; blanks around it go, so does a value of blanks only."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return str(int(value)) if isinstance(value, float) and value.is_integer() else _digits(value)
    return squeeze(value) if isinstance(value, str) else Invalid("not_text")


def _digits(value: float | Decimal) -> str:
    """All digits of a number; in hexadecimal where it is too long for Python to write in decimal."""
    try:
        return str(value)
    except ValueError:
        return hex(int(value))


def number(value: Any) -> Any:
    """A number of decimal(38, 9): int, or float rounded to 9 decimals; as text where it is larger; Invalid where none.

    Reads 1 234,50 and 1,234.50; a single comma is a decimal point.
    """
    if isinstance(value, bool):
        return Invalid("not_a_number")
    if isinstance(value, int | float):
        return _bounded(value)
    return _number_of_text(value) if isinstance(value, str) else Invalid("not_a_number")


_LONGEST_NUMBER: Final = 200


def _number_of_text(text: str) -> Any:
    digits = re.sub(r"[\s']", "", clean(text[: _LONGEST_NUMBER + 1]))
    digits = digits.replace(",", "") if "." in digits or digits.count(",") > 1 else digits.replace(",", ".")
    try:
        found = Decimal(digits)
    except InvalidOperation:
        return Invalid("not_a_number")
    if not found.is_finite() or len(text) > _LONGEST_NUMBER:
        return Invalid("not_a_number")
    if found.adjusted() >= _WHOLE_DIGITS:
        return digits
    if found == found.to_integral_value():
        return int(found) if abs(found) <= LARGEST_WHOLE else digits
    return _bounded(float(found))


def _bounded(value: float) -> Any:
    """The number, as text where it is too large; Invalid for what is no number."""
    if isinstance(value, int):
        return value if -LARGEST_WHOLE <= value <= LARGEST_WHOLE else _digits(value)
    if not isfinite(value):
        return Invalid("not_a_number")
    return round(value, DECIMALS) if abs(value) < NUMBER_BOUND else repr(value)


_TRUE: Final = frozenset(word_list("true yes y 1 on да истина д +"))
_FALSE: Final = frozenset(word_list("false no n 0 off нет ложь н -"))


def boolean(value: Any) -> bool | Invalid:
    """True or false of a boolean, 1 and 0, or a word: yes, no, да, нет."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, str) or value in (0, 1) else ""
    return True if word in _TRUE else False if word in _FALSE else Invalid("not_a_boolean")


def storable(value: Any, depth: int = 0) -> Any:
    """Any JSON value as every store accepts it: clean text, bounded numbers; Invalid where too deep or not JSON."""
    if isinstance(value, str):
        return clean(value)
    if value is None or isinstance(value, bool):
        return value
    return _bounded(value) if isinstance(value, int | float) else _storable_inside(value, depth)


def _storable_inside(value: Any, depth: int) -> Any:
    if not isinstance(value, list | tuple | dict):
        return Invalid("not_text")
    if depth >= DEEPEST:
        return Invalid("too_deep")
    if isinstance(value, dict):
        kept = {clean(str(key)): storable(item, depth + 1) for key, item in value.items()}
        return next((item for item in kept.values() if isinstance(item, Invalid)), kept)
    items = [storable(item, depth + 1) for item in value]
    return next((item for item in items if isinstance(item, Invalid)), items)


def _list(value: Any) -> Any:
    return storable(value if isinstance(value, list) else [value])


_READERS: Final[dict[AttributeType, Callable[[Any], Any]]] = {
    "text": _text,
    "number": number,
    "date": _date,
    "boolean": boolean,
    "list": _list,
    "phone": _phone,
    "email": _email,
    "sex": _sex,
}

_NESTED: Final = frozenset({"address", "company"})


def read_traits(
    traits: dict[str, Any], today: date | None = None
) -> tuple[dict[str, Any], dict[str, Invalid]]:
    """Stated attributes by standard names with checked values, and what was refused, by standard names too.

    An `address` or `company` object is spread over its parts; a full name gives the parts that are not stated.
    Where two spellings of one name come together, the later one in the object holds, unless it is unusable.
    A text of blanks states nothing, so it is not refused.
    """
    kept: dict[str, Any] = {}
    refused: dict[str, Invalid] = {}
    for stated, raw in _spread(traits):
        name = standard(stated)
        value = coerce(name, raw, today)
        if not isinstance(value, Invalid):
            kept[name] = value
        elif not (isinstance(raw, str) and not raw.strip()):
            refused[name] = value
    return _with_parts_of_name(kept), {name: why for name, why in refused.items() if name not in kept}


def _spread(traits: dict[str, Any]) -> list[tuple[str, Any]]:
    """Pairs of name and value, the parts of nested objects with a known meaning among them."""
    pairs: list[tuple[str, Any]] = []
    for name, value in traits.items():
        if isinstance(value, dict) and name in _NESTED:
            pairs += [_part(name, part, inner) for part, inner in value.items()]
        else:
            pairs.append((name, value))
    return pairs


def _part(name: str, part: str, value: Any) -> tuple[str, Any]:
    dotted = f"{name}.{part}"
    return (dotted if _plain(dotted) in _STANDARD_OF else f"{name}_{_CAMEL.sub('_', part).lower()}"), value


def _with_parts_of_name(kept: dict[str, Any]) -> dict[str, Any]:
    if not kept.get("name") or kept.get("first_name") or kept.get("last_name"):
        return kept
    parts = split_full_name(kept["name"])
    return kept | ({} if parts == FullName() else _stated_parts(parts))


def _stated_parts(parts: FullName) -> dict[str, str]:
    pairs = {"first_name": parts.first, "last_name": parts.last, "patronymic": parts.patronymic}
    return {name: value for name, value in pairs.items() if value}
