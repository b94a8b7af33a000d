"""How an event is recognised as some sources' own. In: the sources in force, then events. Out: numbers of sources.

Every rule hangs on one of its conditions, by value where it can. An event is looked at only where it holds
something that a rule hangs on; a step inside a site costs a few look-ups, however many rules there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

from msgspec import Struct

from konnektu.acquisition.model import Condition, Source
from konnektu.core.errors import NotFound
from konnektu.core.ids import internal_id
from konnektu.core.records import Event, type_names
from konnektu.core.text import fold

LONGEST: Final = 500
"""Characters of a value that are compared."""
LONGEST_ADDRESS: Final = 4_000
MOST_VALUES: Final = 20
"""Values of one name that are looked at, such as the promo codes of an order."""

PROPERTIES: Final[Mapping[str, str]] = {
    "form_id": "form",
    "formId": "form",
    "form": "form",
    "promo_code": "promo_code",
    "promoCode": "promo_code",
    "promocode": "promo_code",
    "promo_codes": "promo_code",
    "coupon": "promo_code",
    "mailing_id": "mailing",
    "mailingId": "mailing",
    "mailing": "mailing",
    "campaign_id": "mailing",
}
"""Properties of events by what rules call them."""
_DERIVED: Final = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "referrer_host")
_DERIVED_SET: Final = frozenset(_DERIVED)
_NO_CAMPAIGN: Final = frozenset(("", "direct"))
_TYPES: Final = frozenset(type_names)
_PARAMETER: Final = "parameter "
"""Before the name of a programme's parameter; no field has a blank in its name."""


class Test(NamedTuple):
    """A condition, ready to be asked. Everything is folded."""

    field: str
    operator: str
    values: frozenset[str]
    parts: tuple[str, ...]
    """The same for operators other than equals."""

    def holds(self, read: Mapping[str, Sequence[str]]) -> bool:
        """Whether any value that was read passes."""
        found = read.get(self.field, ())
        if self.operator == "equals":
            return not self.values.isdisjoint(found)
        if self.operator == "prefix":
            return any(value.startswith(self.parts) for value in found)
        return any(part in value for value in found for part in self.parts)


class Way(NamedTuple):
    """One rule of one source, or a partner's code."""

    sources: tuple[int, ...]
    """The source, and the programme that it belongs to."""
    tests: tuple[Test, ...]


class Recognition(Struct, frozen=True):
    """All rules in force, made ready for events. Nothing of it changes."""

    by_value: dict[tuple[str, str], list[Way]]
    scanned: dict[str, list[Way]]
    """By field, of the ways that hang on no value."""
    properties: frozenset[str]
    """Names of properties that a way hangs on."""
    parameters: frozenset[str]
    events: frozenset[str]
    sources: frozenset[str]
    hangs_on_campaign: bool
    hangs_on_landing: bool

    def is_arrival(self, event: Event) -> bool:
        """Whether an event holds anything that a rule hangs on; of most events it is asked and nothing else."""
        traffic = event.derived.traffic_source
        if traffic and ((self.hangs_on_campaign and traffic not in _NO_CAMPAIGN) or self.hangs_on_landing):
            return True
        if self.properties and not self.properties.isdisjoint(event.properties):
            return True
        if self.events and folded(event.name) in self.events:
            return True
        if self.sources and str(event.source) in self.sources:
            return True
        return "event" in self.scanned or bool(self.parameters and "?" in _address(event))

    def recognise(self, event: Event) -> set[int]:
        """Numbers of the sources whose own an event is."""
        if event.marks or event.type not in _TYPES or not self.is_arrival(event):
            return set()
        read = readings(event, self.parameters)
        found: set[int] = set()
        for field, values in read.items():
            ways = [way for value in values for way in self.by_value.get((field, value), ())]
            for way in (*ways, *self.scanned.get(field, ())):
                if all(test.holds(read) for test in way.tests):
                    found.update(way.sources)
        return found


@lru_cache(maxsize=1 << 14)
def folded(text: str) -> str:
    """A text as it is compared."""
    return fold(text[:LONGEST]).strip()


@lru_cache(maxsize=1 << 13)
def place(address: str) -> str:
    """An address as it is compared: no scheme, no www., no query, no slash at its end."""
    bare = folded(address[:LONGEST_ADDRESS].partition("#")[0].partition("?")[0])
    bare = bare.partition("://")[2] or bare
    return bare.removeprefix("www.").rstrip("/")


def readings(event: Event, parameters: frozenset[str] = frozenset()) -> dict[str, tuple[str, ...]]:
    """What an event holds of what rules may ask, by field."""
    derived = event.derived
    read: dict[str, tuple[str, ...]] = {
        name: (folded(value),) for name in _DERIVED if (value := getattr(derived, name))
    }
    address = _address(event)
    if derived.traffic_source and address:
        read["landing"] = (place(address),)
    for name, field in PROPERTIES.items():
        if name in event.properties:
            read[field] = (*read.get(field, ()), *_texts(event.properties[name]))
    read["event"] = (folded(event.name),)
    read["source"] = (str(event.source),)
    if parameters:
        _read_parameters(read, event, address, parameters)
    return read


def _read_parameters(
    read: dict[str, tuple[str, ...]], event: Event, address: str, parameters: frozenset[str]
) -> None:
    query = address[:LONGEST_ADDRESS].partition("#")[0].partition("?")[2]
    given: dict[str, Any] = dict(reversed(parse_qsl(query, errors="replace")))
    for name in parameters:
        if said := _texts(given.get(name)) or _texts(event.properties.get(name)):
            read[_PARAMETER + name] = said


def _address(event: Event) -> str:
    page = event.context.get("page")
    if type(page) is not dict:
        return ""
    url, search = page.get("url"), page.get("search")
    address = url if type(url) is str else ""
    return (
        f"{address}?{search.lstrip('?')}"
        if "?" not in address and type(search) is str and search
        else address
    )


def _texts(said: Any) -> tuple[str, ...]:
    several = said[:MOST_VALUES] if type(said) is list else (said,)
    found = (folded(str(one)) for one in several if type(one) is str or type(one) is int)
    return tuple(one for one in found if one)


def recognition(sources: Iterable[Source]) -> Recognition | None:
    """The rules of these sources, made ready; None where there is nothing to recognise."""
    every = {one.key: one for one in sources}
    ways = [way for one in every.values() if one.is_open for way in _ways(one, every)]
    return _hung(ways) if ways else None


def _ways(source: Source, every: Mapping[str, Source]) -> list[Way]:
    programme = every.get(source.stated.parent)
    if programme is not None and not programme.is_open:
        programme = None
    own = (source.id, programme.id) if programme else (source.id,)
    ways = [Way(own, tuple(_test(one) for one in rule)) for rule in source.stated.rules]
    if programme and source.stated.code:
        code = folded(source.stated.code)
        ways.append(
            Way(own, (Test(_PARAMETER + programme.stated.parameter, "equals", frozenset((code,)), (code,)),))
        )
    return ways


def _test(condition: Condition) -> Test:
    if condition.field == "source":
        values = [str(_number(value)) for value in condition.values]
    elif condition.field == "landing" and condition.operator != "contains":
        values = [place(value.strip()) for value in condition.values]
    else:
        values = [folded(value) for value in condition.values]
    values = [value for value in values if value]
    return Test(condition.field, condition.operator, frozenset(values), tuple(values))


def _number(public: str) -> int:
    try:
        return internal_id(public)
    except NotFound:
        return 0


def _hung(ways: Iterable[Way]) -> Recognition:
    by_value: dict[tuple[str, str], list[Way]] = {}
    scanned: dict[str, list[Way]] = {}
    hooks = []
    for way in ways:
        hook = min(way.tests, key=_cost)
        hooks.append(hook)
        if hook.operator == "equals":
            for value in sorted(hook.values):
                by_value.setdefault((hook.field, value), []).append(way)
        else:
            scanned.setdefault(hook.field, []).append(way)
    fields = {hook.field for hook in hooks}
    parameters = frozenset(field.removeprefix(_PARAMETER) for field in fields if field.startswith(_PARAMETER))
    return Recognition(
        by_value=by_value,
        scanned=scanned,
        properties=frozenset(name for name, field in PROPERTIES.items() if field in fields) | parameters,
        parameters=parameters,
        events=frozenset(value for field, value in by_value if field == "event"),
        sources=frozenset(value for field, value in by_value if field == "source"),
        hangs_on_campaign=not fields.isdisjoint(_DERIVED_SET),
        hangs_on_landing="landing" in fields,
    )


_EVERYWHERE: Final = {"event": 1, "source": 2}
"""Every event has these: a rule hangs on something else where it can."""


def _cost(test: Test) -> tuple[int, bool]:
    return _EVERYWHERE.get(test.field, 0), test.operator != "equals"
