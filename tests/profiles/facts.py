"""Facts for the tests of profiles: events on the log with their atoms and people."""

from typing import Any

from hypothesis import strategies as st

from konnektu.core.records import Derived, Event, Identifier, Resolved

DAY = 86_400_000
NOW = 1_760_000_000_000


def an_event(position: int, **fields: Any) -> Event:
    defaults: dict[str, Any] = {
        "position": position,
        "instant": NOW + position,
        "source": 1,
        "origin": "wire",
        "type": "track",
        "name": "Product Viewed",
        "message_id": f"m{position}",
        "time": NOW + position * 1000,
        "raw_time": NOW + position * 1000,
        "received_at": NOW + position,
    }
    return Event(**defaults | fields)


def a_fact(position: int, atom: int = 1, profile: int = 0, **fields: Any) -> Resolved:
    return Resolved(an_event(position, **fields), atom, profile or atom)


_values = st.sampled_from(["Anna", "Анна", "", 1, 2.5, True, ["a"], None])
_traits = st.dictionaries(
    st.sampled_from(
        ["first_name", "last_name", "patronymic", "city", "street", "gender", "created_at", "size"]
    ),
    _values.filter(lambda value: value is not None),
    max_size=4,
)
_money = st.one_of(
    st.integers(-1000, 10**12),
    st.floats(0, 1e6).map(lambda f: round(f, 9)),
    st.just("12"),
    st.just(True),
    st.none(),
)
_properties = st.dictionaries(
    st.sampled_from(["revenue", "price", "value", "total"]), _money, max_size=2
).flatmap(lambda found: st.sampled_from([found, found | {"currency": "rub"}, found | {"currency": "USD"}]))
_derived = st.builds(
    Derived,
    device_type=st.sampled_from(["", "desktop", "smartphone"]),
    os=st.sampled_from(["", "iOS", "Windows"]),
    country=st.sampled_from(["", "RU", "KZ"]),
    traffic_source=st.sampled_from(["", "direct", "search", "campaign"]),
    utm_campaign=st.sampled_from(["", "spring"]),
)


@st.composite
def _fields(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["track", "track", "page", "identify", "group", "edit"]))
    properties: dict[str, Any] = draw(_properties)
    if kind == "edit":
        properties = {
            "origin": draw(st.sampled_from(["guessed", "stated", "confirmed", "odd"])),
            "clear": draw(st.lists(st.sampled_from(["city", "gender", "size", "last_name"]), max_size=2)),
        }
    elif kind == "group":
        properties = {"groupId": draw(st.sampled_from(["", "g1", "g2"]))}
    return {
        "type": kind,
        "name": draw(st.sampled_from(["Product Viewed", "Order Completed"])) if kind == "track" else kind,
        "time": NOW + draw(st.integers(-5, 5)) * DAY // 2,
        "source": draw(st.integers(1, 3)),
        "traits": draw(_traits),
        "properties": properties,
        "derived": draw(_derived),
        "marks": draw(st.sampled_from([0, 0, 0, 1, 4])),
        "identifiers": draw(
            st.sampled_from([(), (Identifier("email", "a@b.ru"),), (Identifier("landline", "+7495"),)])
        ),
    }


def fact_lists(atoms: int = 4, max_size: int = 14) -> st.SearchStrategy[list[Resolved]]:
    """Facts in order of position, each of one of some atoms."""
    return st.lists(st.tuples(st.integers(1, atoms), _fields()), max_size=max_size).map(
        lambda drawn: [a_fact(32 + place, atom, **fields) for place, (atom, fields) in enumerate(drawn)]
    )
