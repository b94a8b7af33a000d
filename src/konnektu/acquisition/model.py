"""Records of acquisition. In: nothing. Out: what a project states of a marketing source, and what is kept of arrivals.

Invariant: a source is known by its key for ever; its number is the position of the first fact that stated it.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Kind = Literal[
    "site",
    "landing",
    "partner_programme",
    "partner",
    "partner_form",
    "mailing",
    "promotion",
    "product",
    "widget",
    "offline",
    "system",
    "other",
]
KINDS: dict[Kind, tuple[str, str]] = {
    "site": ("Site", "Сайт"),
    "landing": ("Landing page", "Посадочная страница"),
    "partner_programme": ("Partner programme", "Партнёрская программа"),
    "partner": ("Partner", "Партнёр"),
    "partner_form": ("Partner's form", "Форма партнёра"),
    "mailing": ("Type of mailing", "Вид рассылки"),
    "promotion": ("Promotion", "Акция"),
    "product": ("Product", "Продукт"),
    "widget": ("Widget", "Виджет"),
    "offline": ("Offline point", "Офлайн-точка"),
    "system": ("System", "Система"),
    "other": ("Other", "Другое"),
}
"""(English, Russian) name of every kind."""

Field = Literal[
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
    "form",
    "promo_code",
    "referrer_host",
    "landing",
    "mailing",
    "event",
    "source",
]
FIELDS: dict[Field, tuple[str, str]] = {
    "utm_source": ("UTM source", "UTM source"),
    "utm_medium": ("UTM medium", "UTM medium"),
    "utm_campaign": ("UTM campaign", "UTM campaign"),
    "utm_term": ("UTM term", "UTM term"),
    "utm_content": ("UTM content", "UTM content"),
    "form": ("Form id", "Идентификатор формы"),
    "promo_code": ("Promo code", "Промокод"),
    "referrer_host": ("Referring host", "Сайт, с которого пришли"),
    "landing": ("Landing address", "Адрес входа"),
    "mailing": ("Mailing id", "Идентификатор рассылки"),
    "event": ("Event name", "Имя события"),
    "source": ("Source of data", "Источник данных"),
}
"""(English, Russian) name of everything that a rule may ask of an event."""

Operator = Literal["equals", "prefix", "contains"]
Party = Literal["first", "second", "third"]

Value = Annotated[str, Meta(min_length=1, max_length=500)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Key = Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9_-]{0,63}\Z")]
Code = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_.-]{0,64}\Z")]
Text = Annotated[str, Meta(max_length=1_000)]


class Condition(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that is asked of an event: it holds where any of the values does; case does not matter."""

    field: Field
    values: Annotated[tuple[Value, ...], Meta(min_length=1, max_length=200)]
    operator: Operator = "equals"


Rule = Annotated[tuple[Condition, ...], Meta(min_length=1, max_length=12)]
"""Conditions that hold all at once."""


class Stated(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A marketing source as a project states it."""

    name: Name
    kind: Kind
    party: Party = "first"
    """first: the company's own data, second: a partner's, third: bought."""
    purposes: Annotated[tuple[Name, ...], Meta(max_length=50)] = ()
    """What its people's data may be used for; empty where nothing is stated."""
    until: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    """Until when what came from it may be used, in milliseconds UTC."""
    description: Text = ""
    owner: Annotated[str, Meta(max_length=200)] = ""
    active: bool = True
    """Whether events are recognised as its own."""
    parent: Annotated[str, Meta(pattern=r"\A([a-z0-9][a-z0-9_-]{0,63})?\Z")] = ""
    """Key of the partner programme that it belongs to."""
    parameter: Code = ""
    """Of a programme: the parameter of an address that holds a partner's code."""
    days: Annotated[int, Meta(ge=0, le=3_650)] = 0
    """Of a programme: for how many days after an arrival the person counts as brought by it."""
    code: Code = ""
    """Of a partner: its code within its programme."""
    rules: Annotated[tuple[Rule, ...], Meta(max_length=100)] = ()
    """An event is its own where any of them holds."""


class Source(Struct, frozen=True, kw_only=True):
    """A marketing source as it stands."""

    id: int
    """Position of the first fact that stated it."""
    key: str
    position: int
    """Of the last fact that stated or retired it."""
    retired: bool
    stated: Stated

    @property
    def is_open(self) -> bool:
        """Whether events are recognised as its own."""
        return self.stated.active and not self.retired


Moment = tuple[int, int]
"""(time, position)."""


class Seen(Struct):
    """What is kept of one atom's arrivals from one source. The writer changes it in place."""

    first: Moment
    last: Moment
    events: int = 1

    def take(self, moment: Moment) -> None:
        """Count one event more."""
        self.first = min(self.first, moment)
        self.last = max(self.last, moment)
        self.events += 1


class Counted(Struct, frozen=True):
    """How many people a source has brought."""

    first: int = 0
    """People whose first source it is."""
    last: int = 0
    any: int = 0


class Silence(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a source of data that sends nothing is to be thought broken. Hours and days are the workspace's."""

    minutes: Annotated[int, Meta(ge=1, le=43_200)]
    """At least one event is expected within so many."""
    from_hour: Annotated[int, Meta(ge=0, le=23)] = 0
    to_hour: Annotated[int, Meta(ge=1, le=24)] = 24
    """The first hour at which none is expected any more."""
    days: Annotated[tuple[Annotated[int, Meta(ge=1, le=7)], ...], Meta(min_length=1, max_length=7)] = (
        1, 2, 3, 4, 5, 6, 7,
    )  # fmt: skip
    """Days of the week, Monday is 1."""

    @property
    def is_always(self) -> bool:
        """Whether events are expected at any time."""
        return (self.from_hour, self.to_hour) == (0, 24) and len(set(self.days)) == 7

    @property
    def fault(self) -> str:
        """Why it can never be judged, for a person; empty where it can."""
        if self.from_hour >= self.to_hour:
            return "The hours at which events are expected end after they begin."
        if not self.is_always and self.minutes >= 60 * (self.to_hour - self.from_hour):
            return "The hours at which events are expected are shorter than the silence that is an alarm."
        return ""


class About(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said of a source of data beside its keys."""

    party: Party = "first"
    purposes: Annotated[tuple[Name, ...], Meta(max_length=50)] = ()
    until: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    """Until when what came from it may be used, in milliseconds UTC."""
    description: Text = ""
    owner: Annotated[str, Meta(max_length=200)] = ""
    silence: Silence | None = None


class Known(Struct, frozen=True):
    """What is said of a source of data, and since when."""

    stated_at: int
    about: About


class Sent(Struct, frozen=True):
    """What a source of data sent within the last hour, day and seven days, to five minutes."""

    hour: int = 0
    day: int = 0
    week: int = 0
    last: int = 0
    """When the last of it came; 0 where none ever did."""
