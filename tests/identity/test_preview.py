"""Other rules tried on the whole base: what would change, and the facts that change it."""

from hypothesis import given, settings
from msgspec import structs

from konnektu.core.identifiers import DEFAULT_KINDS
from konnektu.core.records import Identifier
from konnektu.identity import preview
from konnektu.identity.known import Known
from konnektu.identity.logic import resolve
from konnektu.identity.model import Parting, Rules
from tests.identity.made import event, fact, phone
from tests.identity.stories import stories
from tests.identity.test_oracle import TIGHT

STRICT = Rules(
    kinds=tuple(structs.replace(k, max_people=1) if k.name == "phone" else k for k in DEFAULT_KINDS)
)
LENIENT = Rules(vetoes=())


def tried(events, before, after):
    known = Known(before)
    resolved = resolve(known, events)
    trial = preview.decide_again([(one.event, one.atom) for one in resolved], after, {})
    return known, resolved, trial


FAMILY = [
    event(1, phone=phone(1234567), first_name="Иван", email="ivan@mail.ru"),
    event(2, phone=phone(1234567), first_name="Мария", email="maria@mail.ru"),
    event(3, cookie="c", phone=phone(7654321)),
]


def test_lenient_rules_would_merge_a_family():
    known, _, trial = tried(FAMILY, Rules(), LENIENT)
    seen = preview.compare(trial, known.homes, known.persons)
    assert (seen.people_before, seen.people_after, seen.merges, seen.splits) == (3, 2, 1, 0)
    assert seen.merged[0].profiles == (32, 64)
    assert seen.largest[0].atoms == 3
    assert seen.largest[0].present == (32, 64)
    assert seen.refusals == {}


def test_strict_rules_would_part_it_again():
    known, _, trial = tried(FAMILY, LENIENT, Rules())
    seen = preview.compare(trial, known.homes, known.persons)
    assert (seen.people_before, seen.people_after, seen.merges, seen.splits) == (2, 3, 0, 1)
    assert preview.splitting(trial, known.homes) == [32]
    assert seen.parted[0].profiles == (32, 32)
    assert seen.refusals == {"first_name": 1}


def test_the_same_rules_change_nothing():
    known, _, trial = tried(FAMILY, Rules(), Rules())
    seen = preview.compare(trial, known.homes, known.persons)
    assert (seen.merges, seen.splits, seen.events) == (0, 0, 3)
    assert preview.backwards_cuts(trial, known.persons.values()) == []
    assert preview.backwards_merges(trial, known.persons.values()) == []


def test_what_a_person_has_cut_stays_apart_under_any_rules():
    known = Known(Rules())
    told = [
        event(1, user="u", email="a@mail.ru"),
        fact(2, "cut", decision=[1, 1]),
        fact(3, "cut_ready", position=1, ordinal=1),
    ]
    resolved = resolve(known, told)
    cuts = {(1, 1): Parting(Identifier("user_id", "u"), Identifier("email", "a@mail.ru"))}
    trial = preview.decide_again([(one.event, one.atom) for one in resolved], LENIENT, cuts)
    assert len(trial.known.persons) == 2
    assert all(person.never for person in trial.known.persons.values())


def carry_back(known, trial, position):
    """Append the facts, as the belt would bring them: cuts, made effective, then merges."""
    for made in preview.backwards_cuts(trial, list(known.persons.values())):
        named = made["properties"]["decision"]
        resolve(
            known,
            [
                fact(position, "cut", **made["properties"]),
                fact(position + 1, "cut_ready", position=named[0], ordinal=named[1]),
            ],
        )
        position += 2
    for made in preview.backwards_merges(trial, list(known.persons.values())):
        resolve(known, [fact(position, "merge", **made["properties"])])
        position += 1


@settings(max_examples=80, deadline=None)
@given(stories(facts=0))
def test_the_facts_carry_the_present_into_the_trial(story):
    """Facts that the trial keeps together are together afterwards, and apart where it parts them."""
    known, resolved, trial = tried(story, TIGHT, LENIENT)
    indivisible = {
        atom for atom, stamps in trial.stamps.items() if len({trial.known.homes[each] for each in stamps}) > 1
    }
    carry_back(known, trial, 1000)
    pairs = {
        (known.homes[one.atom], trial.known.homes[min(trial.stamps[one.atom])])
        for one in resolved
        if one.atom in trial.stamps and one.atom not in indivisible
    }
    if not indivisible:
        assert len({present for present, _ in pairs}) == len(pairs) == len({after for _, after in pairs})


@settings(max_examples=80, deadline=None)
@given(stories(facts=8))
def test_a_trial_of_the_same_rules_finds_the_same_people(story):
    told = [one for one in story if one.type not in {"cut", "cut_ready", "rules"}]
    known, _, trial = tried(told, Rules(), Rules())
    assert trial.known.homes == known.homes
    assert preview.compare(trial, known.homes, {}).merges == 0
