"""Random stories: a few people, devices and values that meet in every way, with facts of identity among them."""

import itertools

from hypothesis import strategies as st

from tests.identity.made import event, fact, phone, profile, value

USERS = [f"u{n}" for n in range(4)]
COOKIES = [f"c{n}" for n in range(4)]
PHONES = [phone(1234567 + n * 111) for n in range(4)]
EMAILS = [f"person{n}@mail.ru" for n in range(4)]
DEVICES = [f"d{n}" for n in range(3)]
NAMES = ["Иван", "Ваня", "Мария", "Маша", "Ольга", "И."]
BIRTHS = ["1980-05-17", "2004-11-02", "1980-05-18"]
REFERENCES = (
    [value("user_id", each) for each in USERS]
    + [value("phone", each) for each in PHONES]
    + [value("email", each) for each in EMAILS]
    + [value("anonymous_id", each) for each in COOKIES]
    + [profile(n << 5) for n in range(1, 4)]
)


def maybe(values):
    return st.none() | st.sampled_from(values)


@st.composite
def ordinary(draw, position, day):
    what = {
        "user": draw(maybe(USERS)),
        "cookie": draw(maybe(COOKIES)),
        "phone": draw(maybe(PHONES)),
        "email": draw(maybe(EMAILS)),
        "first_name": draw(maybe(NAMES)),
        "birth_date": draw(maybe(BIRTHS)),
    }
    device = draw(maybe(DEVICES))
    said = {name: each for name, each in what.items() if each is not None}
    if draw(st.integers(0, 9)) == 0:
        said |= {"type": "alias", "previous": draw(st.sampled_from(USERS + COOKIES))}
    return event(position, day=day, context={"device": {"id": device}} if device else {}, **said)


@st.composite
def of_identity(draw, position, day):
    pair = st.lists(st.sampled_from(REFERENCES), min_size=2, max_size=3)
    kind = draw(
        st.sampled_from(["merge", "never", "allow", "cut", "cut_ready", "cut", "cut_ready", "erase", "edit"])
    )
    earlier = [draw(st.integers(1, max(1, position - 1))), draw(st.integers(0, 3))]
    if kind == "cut":
        named = draw(st.sampled_from(["decision", "between"]))
        props = {named: earlier if named == "decision" else draw(pair)[:2], "allow": draw(st.booleans())}
    elif kind == "cut_ready":
        props = {"position": earlier[0], "ordinal": earlier[1]}
    elif kind in {"erase", "edit"}:
        props = profile(draw(st.integers(1, position)) << 5)
    else:
        props = {"people": draw(pair)}
    return fact(position, kind, day=day, **props)


@st.composite
def stories(draw, length=30, facts=5):
    """A list of events at positions 1, 2, …; about one in `facts` is a fact of identity (0 for none)."""
    told = []
    day = 0
    for position in range(1, draw(st.integers(1, length)) + 1):
        day += draw(st.sampled_from([0, 0, 0, 1, 1, 40, 400]))
        shown = day - draw(st.sampled_from([0, 0, 0, 3]))
        is_fact = facts and draw(st.integers(1, facts)) == 1
        told.append(draw(of_identity(position, shown) if is_fact else ordinary(position, shown)))
    return told


def cut_into(data, items):
    """The items in batches cut at random places."""
    places = sorted(data.draw(st.sets(st.integers(0, len(items)))) | {0, len(items)})
    return [items[a:b] for a, b in itertools.pairwise(places)]
