"""Random stories: a few people, devices and values that meet in every way, with facts of identity among them.

A story is drawn from a seed, because drawing every value through hypothesis costs more than deciding it.
"""

from itertools import pairwise
from random import Random

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
FACTS = ["merge", "merge", "never", "allow", "allow", "cut", "cut", "cut_ready", "cut_ready", "erase", "edit"]


def ordinary(dice, position, day):
    """One event of somebody, saying each thing with a chance of its own."""
    what = {
        "user": (USERS, 0.3),
        "cookie": (COOKIES, 0.6),
        "phone": (PHONES, 0.3),
        "email": (EMAILS, 0.3),
        "first_name": (NAMES, 0.25),
        "birth_date": (BIRTHS, 0.1),
    }
    said = {name: dice.choice(values) for name, (values, chance) in what.items() if dice.random() < chance}
    if dice.random() < 0.1:
        said |= {"type": "alias", "previous": dice.choice(USERS + COOKIES)}
    context = {"device": {"id": dice.choice(DEVICES)}} if dice.random() < 0.3 else {}
    return event(position, day=day, context=context, **said)


def of_identity(dice, position, day, joins, apart):
    """One fact of identity; the cuts asked for and the people kept apart so far are named again by some."""
    kind = dice.choice(FACTS)
    if kind == "cut" and dice.random() < 0.5:
        props = {"between": dice.sample(REFERENCES, 2), "allow": dice.random() < 0.5}
    elif kind == "cut":
        joins.append([dice.randint(1, position), dice.randint(0, 2)])
        props = {"decision": joins[-1], "allow": dice.random() < 0.5}
    elif kind == "cut_ready":
        asked = dice.choice(joins) if joins else [dice.randint(1, position), 0]
        props = {"position": asked[0], "ordinal": asked[1]}
    elif kind in {"erase", "edit"}:
        props = profile(dice.randint(1, position) << 5)
        said = {"phone": dice.choice(PHONES)} if kind == "edit" and dice.random() < 0.5 else {}
        return event(position, day=day, type=kind, origin="console", props=props, **said)
    else:
        people = (
            dice.choice(apart)
            if kind == "allow" and apart
            else dice.sample(REFERENCES, dice.choice([2, 2, 3]))
        )
        if kind == "never":
            apart.append(people)
        props = {"people": people}
    return fact(position, kind, day=day, **props)


def story(seed, length, facts=6):
    """Events at positions 1 to `length`; one in `facts` is a fact of identity (0 for none)."""
    dice = Random(seed)
    joins, apart = [], []
    day, told = 0, []
    for position in range(1, length + 1):
        day += dice.choice([0, 0, 0, 0, 1, 1, 40, 400])
        shown = day - dice.choice([0, 0, 0, 3])
        is_fact = facts and dice.randrange(facts) == 0
        told.append(
            of_identity(dice, position, shown, joins, apart) if is_fact else ordinary(dice, position, shown)
        )
    return told


def stories(length=40, facts=6):
    """Stories of up to so many events."""
    return st.builds(story, st.integers(0, 2**32), st.integers(1, length), st.just(facts))


def cut_into(data, items):
    """The items in batches cut at random places."""
    dice = Random(data.draw(st.integers(0, 2**32)))
    places = sorted({0, len(items), *(dice.randint(0, len(items)) for _ in range(dice.randint(0, 6)))})
    return [items[a:b] for a, b in pairwise(places)]
