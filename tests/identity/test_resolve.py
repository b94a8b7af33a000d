"""Whose event is it: each rule of identity shown by the shortest story."""

import pytest
from msgspec import structs

from konnektu.core.identifiers import DEFAULT_KINDS
from konnektu.identity.known import Known
from konnektu.identity.logic import resolve
from konnektu.identity.model import Rules
from tests.identity.made import event, fact, phone, profile, value

P1, P2, P3 = phone(1234567), phone(7654321), phone(3141592)


def told(*events, rules=None):
    known = Known(rules or Rules())
    return known, resolve(known, events)


def people(known):
    return {frozenset(atom.value for atom in person.atoms.values()) for person in known.persons.values()}


def kinds(resolved):
    return [decision.kind for decision in resolved.decisions]


def reasons(resolved):
    return [(decision.kind, decision.reason) for decision in resolved.decisions if decision.reason]


def test_a_visitor_signs_up_and_keeps_the_profile():
    _known, (a, b, c) = told(event(1, cookie="c1"), event(2, cookie="c1", user="u1"), event(3, user="u1"))
    assert a.profile == b.profile == c.profile == a.atom == 1 << 5
    assert b.atom == c.atom != a.atom
    assert kinds(a) == ["made"]
    assert kinds(b) == ["link"]
    assert kinds(c) == []


def test_a_signed_in_second_device_joins_and_the_known_one_wins():
    known, (a, b, c) = told(event(1, cookie="c1"), event(2, user="u1"), event(3, cookie="c1", user="u1"))
    assert kinds(c) == ["merge"]
    assert (c.decisions[0].profile, c.decisions[0].other) == (b.profile, a.profile)
    assert people(known) == {frozenset({"c1", "u1"})}
    assert known.homes[a.atom] == b.profile


def test_two_users_of_one_cookie_stay_two_and_the_cookie_switches():
    known, r = told(
        event(1, cookie="c", user="u1"),
        event(2, cookie="c", user="u2"),
        event(3, cookie="c"),
        event(4, cookie="c", user="u1"),
        event(5, cookie="c"),
    )
    assert people(known) == {frozenset({"c", "u1"}), frozenset({"c", "u2"})}
    assert reasons(r[1]) == [("switch", "known_other")]
    assert r[2].profile == r[1].profile
    assert kinds(r[3]) == ["switch"]
    assert r[4].profile == r[0].profile


def test_a_cookie_never_gives_a_known_person_a_second_phone():
    known, r = told(
        event(1, cookie="kiosk", phone=P1), event(2, cookie="kiosk", phone=P2), event(3, cookie="kiosk")
    )
    assert people(known) == {frozenset({"kiosk", P1}), frozenset({"kiosk", P2})}
    assert r[2].profile == r[1].profile


def test_one_value_after_another_completes_a_person():
    known, _ = told(
        event(1, cookie="c", email="anna@mail.ru"),
        event(2, cookie="c", user="u1"),
        event(3, user="u1", phone=P1),
    )
    assert people(known) == {frozenset({"c", "u1", "anna@mail.ru", P1})}


def test_a_family_phone_is_carried_by_each():
    known, r = told(
        event(1, phone=P1, first_name="Иван", email="ivan@mail.ru"),
        event(2, phone=P1, first_name="Мария", email="maria@mail.ru"),
        event(3, phone=P1, first_name="Маша"),
        event(4, phone=P1, first_name="Ваня"),
    )
    assert people(known) == {frozenset({P1, "ivan@mail.ru"}), frozenset({P1, "maria@mail.ru"})}
    assert reasons(r[1]) == [("refuse", "first_name")]
    assert r[1].decisions[1].detail == {"left": ["Мария"], "right": ["Иван"]}
    assert r[2].profile == r[1].profile
    assert r[3].profile == r[0].profile


def test_birth_dates_veto():
    known, r = told(event(1, phone=P1, birth_date="1980-05-17"), event(2, phone=P1, birth_date="2004-11-02"))
    assert len(known.persons) == 2
    assert reasons(r[1]) == [("refuse", "birth_date")]


def test_different_user_ids_forbid_a_merge():
    known, r = told(
        event(1, user="u1", phone=P1), event(2, user="u2", phone=P1), event(3, user="u2", phone=P1)
    )
    assert people(known) == {frozenset({"u1", P1}), frozenset({"u2", P1})}
    assert reasons(r[1]) == [("refuse", "unique")]
    assert kinds(r[2]) == []


def test_a_user_id_is_believed_against_a_name():
    known, _ = told(event(1, user="u1", first_name="Иван"), event(2, user="u1", first_name="Мария"))
    assert len(known.persons) == 1


def test_a_limit_drops_the_value_and_is_recorded_once():
    events = [event(1, user="u")] + [event(n, user="u", phone=phone(1110000 + n * 37)) for n in range(2, 9)]
    known, r = told(*events)
    (person,) = known.persons.values()
    assert sum(atom.kind == "phone" for atom in person.atoms.values()) == 5
    assert [reasons(each) for each in r[6:]] == [[("refuse", "limit")], []]


def test_a_limit_within_days():
    rules = Rules(
        kinds=tuple(structs.replace(k, limit=2) if k.name == "anonymous_id" else k for k in DEFAULT_KINDS)
    )
    _known, r = told(
        event(1, user="u", cookie="c1"),
        event(2, user="u", cookie="c2", day=200),
        event(3, user="u", cookie="c3", day=300),
        event(4, user="u", cookie="c4", day=400),
        rules=rules,
    )
    assert reasons(r[2]) == [("refuse", "limit")]
    assert kinds(r[3]) == ["link"]


def test_a_value_of_too_many_people_is_shared_and_identifies_nobody():
    events = [event(n, user=f"u{n}", phone=P1) for n in range(1, 10)]
    _known, r = told(*events, event(10, phone=P1), event(11, user="u3", phone=P1))
    assert kinds(r[8]) == ["made", "share"]
    assert (r[9].atom, r[9].profile) == (0, 0)
    assert r[10].profile == r[2].profile
    assert kinds(r[10]) == []


def test_a_silent_phone_is_taken_over_by_a_newcomer():
    _known, r = told(
        event(1, phone=P1, first_name="Иван", email="ivan@mail.ru"),
        event(2, phone=P1, first_name="Мария", day=400),
        event(3, phone=P1, day=401),
    )
    assert reasons(r[1]) == [("switch", "stale")]
    assert r[2].profile == r[1].profile != r[0].profile


def test_a_silent_phone_still_finds_its_person():
    known, _r = told(event(1, phone=P1, first_name="Иван"), event(2, phone=P1, first_name="Ваня", day=900))
    assert len(known.persons) == 1


def test_a_merge_larger_than_the_limit_is_refused_once():
    left = [event(n, cookie="c", context={"device": {"id": f"d{n}"}}) for n in range(1, 4)]
    right = [event(10 + n, user="u", phone=phone(2220000 + n)) for n in range(3)]
    known, r = told(
        *left,
        *right,
        event(20, user="u", cookie="c"),
        event(21, user="u", cookie="c"),
        rules=Rules(largest_merge=7),
    )
    assert reasons(r[6]) == [("refuse", "size")]
    assert kinds(r[7]) == []
    assert len(known.persons) == 2


def test_alias_joins_two_user_ids():
    known, r = told(
        event(1, user="old"),
        event(2, user="new"),
        event(3, type="alias", user="new", previous="old"),
        event(4, user="old"),
    )
    assert kinds(r[2]) == ["merge"]
    assert r[3].profile == r[0].profile
    known, r = told(event(1, user="old"), event(3, type="alias", user="new", previous="old"))
    assert kinds(r[1]) == ["link"]
    assert len(known.persons) == 1


def test_alias_from_a_cookie():
    known, _r = told(event(1, cookie="c"), event(2, type="alias", user="u", previous="c"))
    assert people(known) == {frozenset({"c", "u"})}


def test_a_person_decides_to_merge_whatever_the_vetoes_say():
    known, r = told(
        event(1, user="u1", first_name="Иван"),
        event(2, user="u2", first_name="Мария"),
        fact(3, "merge", people=[profile(32), value("user_id", "u2")]),
    )
    assert kinds(r[2]) == ["merge"]
    assert len(known.persons) == 1


def test_never_outranks_merge_until_allowed():
    pair = [value("user_id", "u1"), value("user_id", "u2")]
    _known, r = told(
        event(1, user="u1"),
        event(2, user="u2"),
        fact(3, "never", people=pair),
        fact(4, "merge", people=pair),
        fact(5, "allow", people=pair),
        fact(6, "merge", people=pair),
    )
    assert [kinds(each) for each in r[2:]] == [["never"], ["refuse"], ["allow"], ["merge"]]


def test_never_keeps_evidence_from_joining():
    known, r = told(
        event(1, phone=P1),
        event(2, email="a@mail.ru"),
        fact(3, "never", people=[value("phone", P1), value("email", "a@mail.ru")]),
        event(4, phone=P1, email="a@mail.ru"),
    )
    assert reasons(r[3]) == [("refuse", "never")]
    assert len(known.persons) == 2


def test_a_cut_takes_effect_in_two_steps():
    _known, r = told(
        event(1, user="u1", cookie="c1"),
        event(2, phone=P1),
        event(3, user="u1", phone=P1),
        fact(4, "cut", decision=[3, 0]),
        event(5, phone=P1),
        fact(6, "cut_ready", decision=[3, 0]),
        event(7, phone=P1),
        event(8, user="u1", phone=P1),
    )
    assert kinds(r[3]) == ["cut_requested"]
    assert r[4].profile == r[0].profile
    assert kinds(r[5]) == ["cut", "never"]
    assert (r[5].decisions[0].profile, r[5].decisions[0].other) == (r[1].profile, r[0].profile)
    assert r[6].profile == r[1].profile
    assert reasons(r[7]) == [("refuse", "never")]
    assert r[7].profile == r[0].profile


def test_a_cut_between_two_values():
    known, r = told(
        event(1, user="u1", phone=P1),
        fact(2, "cut", between=[value("user_id", "u1"), value("phone", P1)]),
        fact(3, "cut_ready", decision=[1, 1]),
    )
    assert kinds(r[1]) == ["cut_requested"]
    assert people(known) == {frozenset({"u1"}), frozenset({P1})}


def test_facts_that_name_nothing_are_refused():
    facts = [
        fact(1, "merge", people=[profile(32)]),
        fact(2, "cut", decision=[9, 9]),
        fact(3, "cut_ready", decision="x"),
        fact(4, "erase"),
        fact(5, "rules", kinds=7),
    ]
    _, r = told(*facts)
    assert [reasons(each)[0][0] for each in r] == ["refuse"] * 5


def test_rules_change_from_their_position_on():
    known, r = told(
        event(1, user="u1"),
        fact(2, "rules", vetoes=[], kinds=[{"name": "user_id", "rank": 1}]),
        event(3, cookie="c"),
    )
    assert r[2].atom == 0
    assert known.rules.version == 2


def test_an_erased_person_is_gone():
    _known, r = told(event(1, user="u1"), fact(2, "erase", **profile(32)), event(3, user="u1"))
    assert kinds(r[1]) == ["erase"]
    assert r[2].profile == 3 << 5


def test_an_edit_in_the_console_names_its_profile():
    _known, r = told(event(1, user="u1"), fact(2, "edit", **profile(32)))
    assert (r[1].atom, r[1].profile) == (32, 32)


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [("Петровна", "Петрова", 1), ("Дмитриевич", "Дмиртиевич", 1), ("Иванович", "Петрович", 2)],
)
def test_patronymics_veto_unless_a_finger_slipped(one, other, count):
    known, _ = told(event(1, phone=P1, patronymic=one), event(2, phone=P1, patronymic=other))
    assert len(known.persons) == count


@pytest.mark.parametrize(("other", "count"), [("f", 2), ("m", 1), (None, 1)])
def test_sex_vetoes_where_the_rules_say_so(other, count):
    said = [event(1, phone=P1, sex="m"), event(2, phone=P1, sex=other)]
    known, _ = told(*said, rules=Rules(vetoes=("sex",)))
    assert len(known.persons) == count
    assert len(told(*said)[0].persons) == 1, "it is often guessed, so it is off unless asked for"
