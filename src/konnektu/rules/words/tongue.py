"""A language, and what things are called in it. In: names as rules have them. Out: texts in English or Russian."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from msgspec import Struct

from konnektu.core.attributes import STANDARD
from konnektu.core.money import major
from konnektu.rules.words.phrases import OPS, PHRASES, UNITS, Phrases

Language = Literal["en", "ru"]
_STANDARD = {one.name: (one.en, one.ru) for one in STANDARD}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Tongue(Struct, frozen=True):
    """How summaries are written."""

    language: Language
    zone: str = "UTC"
    """In which instants are shown: the workspace's."""
    labels: Mapping[str, str] = {}
    """What a project calls its events, properties, attributes, kinds, lists, segments, by their names."""

    def say(self, name: str, **parts: str) -> str:
        """A phrase with its places filled in."""
        return self.of(PHRASES, name).format(**parts)

    def of(self, phrases: Phrases, name: str) -> str:
        """A phrase of a table, as it stands there."""
        return phrases[name][self.language == "ru"]

    def label(self, name: str) -> str:
        """What something is called."""
        if name in self.labels:
            return self.labels[name]
        return _STANDARD[name][self.language == "ru"] if name in _STANDARD else name

    def quoted(self, text: str) -> str:
        """A text in quotation marks."""
        return self.say("quoted", text=text)

    def either(self, texts: Sequence[str]) -> str:
        """Texts joined by or."""
        return self.say("or").join(texts)

    def counted(self, count: int | Decimal, unit: str, *, genitive: bool = False) -> str:
        """A number with its word in the right form: 21 день, 2 дня, 5 дней; of the genitive: 2 дней."""
        return f"{self.number(Decimal(count))} {self._form(count, unit, genitive=genitive)}"

    def _form(self, count: int | Decimal, unit: str, *, genitive: bool) -> str:
        forms, plural = UNITS[unit], Locale(self.language).plural_form(count)
        if self.language == "en":
            return forms[plural != "one"]
        if genitive:
            return forms[5 if plural == "one" else 6]
        return forms[{"one": 2, "few": 3}.get(plural, 4)]

    def number(self, value: Decimal) -> str:
        """A decimal, with a comma in Russian."""
        return format_decimal(value, format="0.#########", locale=self.language)

    def money(self, units: int, currency: str) -> str:
        """An amount with its currency."""
        return format_currency(Decimal(major(units, currency)), currency, locale=self.language)

    def day(self, day: date) -> str:
        """A day."""
        return format_date(day, "medium", locale=self.language)

    def instant(self, ms: int) -> str:
        """An instant by the clock of the zone."""
        moment = _EPOCH + timedelta(milliseconds=ms)
        return format_datetime(moment, "medium", tzinfo=ZoneInfo(self.zone), locale=self.language)


def sign(op: str) -> str:
    """The sign of a comparison."""
    return OPS[op]
