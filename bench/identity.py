"""Quality and speed of identity on forms of Russian people with known truth.

In: a number of forms and a seed. Out: pair precision and recall, facts decided a second, refusals by reason.

Six forms of ten people; 40 % of the people fill in more than one. Missing: phone 18 %, e-mail 40 %, birth date 40 %,
patronymic 35 %. Between forms a phone changes in 8 % and an e-mail in 10 %. Households share phones and mailboxes,
1 % of numbers are given out again. No cookies, no user ids: the hardest case, as in a file of a shop's customers.

Run: PYTHONPATH=src python bench/identity.py [FORMS] [SEED]
"""

import sys
import time
from collections import Counter
from random import Random

from msgspec import structs

from konnektu.core.identifiers import DEFAULT_KINDS, extract
from konnektu.core.records import Event
from konnektu.demo.cast import Person, people
from konnektu.demo.spelling import as_in_a_form, mistyped, phone_as_written
from konnektu.identity.api import DEFAULT_RULES, Known, resolve

DAY = 86_400_000
YEARS = 730
MISSING = {"phone": 0.18, "email": 0.40, "birth_date": 0.40, "patronymic": 0.35}
CHANGED = {"phone": 0.08, "email": 0.10}
MORE_FORMS = 0.40


def form(dice: Random, person: Person) -> dict[str, str]:
    first, last = as_in_a_form(dice, person.first, person.last)
    said = {
        "first_name": first,
        "last_name": last,
        "patronymic": person.patronymic,
        "birth_date": person.birth_date,
        "phone": phone_as_written(dice, person.phone),
        "email": person.email,
    }
    if dice.random() < 0.02:
        said["patronymic"] = mistyped(dice, said["patronymic"])
    return {name: value for name, value in said.items() if dice.random() >= MISSING.get(name, 0)}


def moved_on(dice: Random, person: Person) -> Person:
    """The person at the next form: phones and mailboxes change at times."""
    phone = f"+79{dice.randrange(10**8, 10**9)}" if dice.random() < CHANGED["phone"] else person.phone
    email = f"m{dice.randrange(10**9)}@mail.ru" if dice.random() < CHANGED["email"] else person.email
    return structs.replace(person, phone=phone, email=email)


def forms(count: int, seed: int) -> list[tuple[int, int, dict[str, str]]]:
    """(day, person, fields), in the order of days."""
    dice = Random(seed)
    told = []
    for person in people(dice, int(count * 0.6)):
        same, copies = person, 1
        while copies < 6 and dice.random() < MORE_FORMS:
            copies += 1
        for _ in range(copies):
            told.append((dice.randrange(YEARS), person.number, form(dice, same)))
            same = moved_on(dice, same)
    return sorted(told, key=lambda one: one[:2])[:count]


def event(position: int, day: int, said: dict[str, str]) -> Event:
    found = extract(DEFAULT_KINDS, user_id=None, anonymous_id=None, traits=said, context={})
    at = (20_000 + day) * DAY
    return Event(
        position=position,
        instant=at,
        source=1,
        origin="import",
        type="identify",
        name="identify",
        message_id=str(position),
        time=at,
        raw_time=at,
        received_at=at,
        identifiers=found,
        traits=said,
    )


def pairs(groups: Counter[object]) -> int:
    return sum(size * (size - 1) // 2 for size in groups.values())


def main(count: int, seed: int) -> None:
    told = forms(count, seed)
    events = [event(number, day, said) for number, (day, _, said) in enumerate(told, 1)]
    known = Known(DEFAULT_RULES)
    began = time.process_time()
    resolved = resolve(known, events)
    seconds = time.process_time() - began
    truth = [person for _, person, _ in told]
    # A form without any identifier is a record of its own.
    found = [known.homes.get(one.atom, -one.event.position) for one in resolved]
    right = pairs(Counter(zip(truth, found, strict=True)))
    positive, true = pairs(Counter(found)), pairs(Counter(truth))
    refused = Counter(made.reason for one in resolved for made in one.decisions if made.kind == "refuse")
    print(f"forms {len(told)}, people {len(set(truth))}, true pairs {true}")
    print(f"precision {right / positive:.4f} (goal 0.998), recall {right / true:.4f} (goal 0.77)")
    print(f"decided {len(told) / seconds:,.0f} forms/s of one process; refusals {dict(refused)}")


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["20000"])[0]), int((sys.argv[2:] or ["1"])[0]))
