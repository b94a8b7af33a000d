"""Identity in PostgreSQL: batches cut anywhere, each loaded and saved, end where one run in memory ends."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from konnektu.core.identifiers import normal
from konnektu.core.ids import public_id
from konnektu.core.records import Decision, Event, Identifier
from konnektu.identity import api, store
from konnektu.identity.known import Known
from konnektu.identity.logic import resolve
from konnektu.identity.model import Rules
from tests.identity.made import BEGIN, KINDS, event, fact, phone, profile, value
from tests.identity.stories import cut_into, stories


class Replayed(Struct, frozen=True):
    event: Event | None
    atom: int
    decisions: tuple[Decision, ...]


class Broken(Exception):
    """The transaction ends here."""


def write(db, events, kept=None, *, breaks=False):
    with db.transaction() as conn:
        known = api.load(conn, events, kept)
        resolved = api.resolve(known, events)
        api.save(conn, known)
        if breaks:
            raise Broken
    if kept:
        kept.keep(known)
    return resolved


def write_at_last(db, events, kept, *, breaks):
    """Write, after a transaction with the same events that failed."""
    if breaks:
        with pytest.raises(Broken):
            write(db, events, kept, breaks=True)
    return write(db, events, kept)


def assert_kept_is_what_stands(db, kept):
    with db.read() as conn:
        rows = conn.execute("SELECT DISTINCT kind, value FROM identifier").fetchall()
        for identifier in (Identifier(*row) for row in rows):
            found, unknown = kept.find([identifier])
            people = store.people(conn, [identifier], [])
            if not unknown:
                assert found == people
            if seat := kept.seat(identifier):
                (person,) = map(api.opened, people.values())
                (atom,) = [one for one in person.atoms.values() if one.identifier == identifier]
                assert seat == (person.id, atom.id, atom.first_day, atom.last_day)
                assert atom.status == "active"


def replay(db, resolved):
    with db.transaction() as conn:
        part = [Replayed(one.event, one.atom, one.decisions) for one in resolved]
        known = api.load_for_replay(conn, part)
        folded = [api.fold(known, one.event, one.atom, one.decisions) for one in part]
        api.save(conn, known)
    return folded


def everything(db):
    with db.read() as conn:
        rows = conn.execute(
            "SELECT kind, value, atom, profile, status FROM identifier ORDER BY atom"
        ).fetchall()
        ids = [row[0] for row in conn.execute("SELECT id FROM person").fetchall()]
        people = store.persons(conn, ids)
        cuts = api.requested_cuts(conn)
        return rows, people, cuts, api.rules(conn), api.decisions_between(conn, -1, 1 << 60)


def in_memory(known):
    rows = sorted(
        (
            (atom.kind, atom.value, atom.id, person.id, atom.status)
            for person in known.persons.values()
            for atom in person.atoms.values()
        ),
        key=lambda row: row[2],
    )
    cuts = sorted(each for each, is_awaited in known.cuts.items() if is_awaited)
    return rows, [known.persons[each] for each in sorted(known.persons)], cuts, known.rules, known.decisions


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stories(), st.data())
def test_any_cutting_saved_and_loaded_is_one_run_in_memory(storage, shelf, story, data):
    with shelf.workspace("identity-store", "Identity", BEGIN, with_history=False) as record:
        db = storage.workspace(record)
        known = Known(api.DEFAULT_RULES)
        expected = resolve(known, story)
        resolved = [one for part in cut_into(data, story) for one in write(db, part)]
        assert resolved == expected
        assert everything(db) == in_memory(known)
        with db.transaction() as conn:
            conn.execute("TRUNCATE identifier, person, decision, identity_rules, cutting")
        folded = [one for part in cut_into(data, resolved) for one in replay(db, part)]
        assert folded == expected
        assert everything(db) == in_memory(known)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stories(), st.data(), st.sampled_from([2, 6, 1000]))
def test_who_is_kept_from_batch_to_batch_is_as_if_fetched(storage, shelf, story, data, most):
    with shelf.workspace("identity-kept", "Identity", BEGIN, with_history=False) as record:
        db = storage.workspace(record)
        known = Known(api.DEFAULT_RULES)
        expected = resolve(known, story)
        kept = api.Kept(most)
        resolved = []
        for part in cut_into(data, story):
            resolved += write_at_last(db, part, kept, breaks=data.draw(st.booleans()))
            assert_kept_is_what_stands(db, kept)
        assert resolved == expected
        assert everything(db) == in_memory(known)


def test_rules_that_changed_hold_for_those_who_are_kept(storage, workspace):
    db, kept = storage.workspace(workspace), api.Kept()
    write(db, [event(1, cookie="c1"), event(2, user="u1")], kept)
    stated = {"kinds": [{"name": "user_id", "rank": 1, "paths": ["user_id"]}]}
    write(db, [fact(3, "rules", **stated)], kept)
    found = write(db, [event(4, cookie="c1"), event(5, user="u1")], kept)
    assert [one.profile for one in found] == [0, 2 << 5]


def test_values_of_a_person_who_was_merged_are_kept_as_the_winners(storage, workspace):
    db, kept = storage.workspace(workspace), api.Kept()
    device = {"context": {"device": {"id": "d1"}}}
    write(db, [event(1, cookie="c1", **device), event(2, user="u1")], kept)
    (merged,) = write(db, [event(3, user="u1", cookie="c1")], kept)
    assert [one.kind for one in merged.decisions] == ["merge"]
    (later,) = write(db, [event(4, **device)], kept)
    assert later.profile == merged.profile
    assert_kept_is_what_stands(db, kept)


def test_a_value_of_two_people_is_not_kept_as_one_persons(storage, workspace):
    db, kept = storage.workspace(workspace), api.Kept()
    write(db, [event(1, user="u1", cookie="c1"), event(2, user="u2", cookie="c1")], kept)
    write(db, [event(3, user="u1", day=1)], kept)
    assert_kept_is_what_stands(db, kept)
    (later,) = write(db, [event(4, cookie="c1", day=1)], kept)
    assert later.profile == 2 << 5


def test_everybody_kept_is_not_fetched(storage, workspace):
    db, kept = storage.workspace(workspace), api.Kept()
    write(db, [event(1, cookie="c1"), event(2, user="u1")], kept)
    with db.transaction() as conn:
        conn.execute("DELETE FROM person")
        known = api.load(conn, [event(3, cookie="c1", day=1), event(4, user="u1", day=1)], kept)
    assert sorted(known.persons) == [1 << 5, 2 << 5]


def test_whose_an_event_is_that_changes_nobody_is_known_without_them(storage, workspace):
    db, kept = storage.workspace(workspace), api.Kept()
    write(db, [event(1, cookie="c1"), event(2, user="u1")], kept)
    with db.read() as conn:
        events = [event(3, cookie="c1"), event(4, user="u1"), event(5, user="u1")]
        known = api.load(conn, events, kept)
    assert not known.persons
    assert [(one.atom, one.profile) for one in api.resolve(known, events)] == [
        (1 << 5, 1 << 5),
        (2 << 5, 2 << 5),
        (2 << 5, 2 << 5),
    ]
    assert known.homes == {1 << 5: 1 << 5, 2 << 5: 2 << 5}


def test_events_around_a_merge_of_one_batch_are_the_losers_and_then_the_winners(storage, workspace):
    db, kept = storage.workspace(workspace), api.Kept()
    write(db, [event(1, cookie="c1"), event(2, user="u1")], kept)
    cookie, both = event(3, cookie="c1"), event(4, user="u1", cookie="c1")
    found = write(db, [cookie, both, event(5, cookie="c1"), event(6, user="u1")], kept)
    assert [one.profile for one in found] == [1 << 5, 2 << 5, 2 << 5, 2 << 5]
    assert [one.atom for one in found] == [1 << 5, 2 << 5, 1 << 5, 2 << 5]
    assert_kept_is_what_stands(db, kept)


def test_look_ups(storage, workspace):
    db = storage.workspace(workspace)
    r = write(
        db,
        [
            event(1, cookie="c", email="A@mail.ru"),
            event(2, user="u"),
            event(3, user="u", cookie="c2", email="a@mail.ru"),
        ],
    )
    with db.read() as conn:
        assert api.find(conn, "email", " a@MAIL.ru") == api.find(conn, "user_id", "u") == r[2].profile
        assert api.find(conn, "email", "b@mail.ru") is None
        assert api.find(conn, "no such kind", "b") is None
        assert api.find_many(conn, [("user_id", "u"), ("phone", "7")]) == {("user_id", "u"): r[2].profile}
        assert api.current(conn, r[0].profile) == api.current(conn, r[1].profile) == r[2].profile
        assert api.current(conn, 77 << 5) is None
        assert api.person(conn, r[0].profile).id == r[2].profile
        assert [one.kind for one in api.decisions(conn, r[0].profile)] == [
            "link",
            "merge",
            "made",
            "link",
            "made",
        ]
        latest = api.decisions(conn, r[0].profile, limit=2)
        assert [one.position for one in latest] == [3, 3]
        assert list(api.recorded(db, 2)) == api.decisions_between(conn, 0, 2)


def test_erased_evidence_is_covered_and_decisions_remain(storage, workspace):
    db = storage.workspace(workspace)
    number = phone(1234567)
    write(
        db,
        [
            event(1, phone=number, first_name="Иван"),
            event(2, phone=number, first_name="Мария"),
            event(3, user="u", phone=number, first_name="Иван"),
        ],
    )
    ivan = profile(32)
    erase = [fact(9, "erase", **ivan)]
    with db.transaction() as conn:
        known = api.load(conn, erase)
        api.resolve(known, erase)
        api.save(conn, known)
        (gone,) = known.erased.values()
        assert api.cover_evidence(conn, gone, lambda text: f"#{len(text)}") >= 3
    with db.read() as conn:
        shown = str(
            [
                one
                for one in api.decisions_between(conn, 0, 9)
                if {one.atom, one.other_atom} & gone.atoms.keys()
            ]
        )
        assert number not in shown
        assert "Иван" not in shown
        assert api.find(conn, "user_id", "u") is None
        assert api.find(conn, "phone", number) == 2 << 5
        assert api.current(conn, 32) is None


def test_requested_cuts_wait_until_they_are_effective(storage, workspace):
    db = storage.workspace(workspace)
    write(
        db,
        [
            event(1, user="u", email="a@mail.ru"),
            fact(2, "cut", between=[value("user_id", "u"), value("email", "a@mail.ru")]),
        ],
    )
    with db.read() as conn:
        assert api.requested_cuts(conn) == [(1, 1)]
    write(db, [fact(3, "cut_ready", position=1, ordinal=1)])
    with db.read() as conn:
        assert api.requested_cuts(conn) == []
        assert api.find(conn, "email", "a@mail.ru") != api.find(conn, "user_id", "u")


def test_a_cut_of_a_decision_that_is_gone_is_settled(storage, workspace):
    db = storage.workspace(workspace)
    with db.transaction() as conn:
        conn.execute("INSERT INTO cutting VALUES (5, 5)")
    write(db, [fact(9, "cut_ready", position=5, ordinal=5)])
    with db.read() as conn:
        assert api.requested_cuts(conn) == []


def test_normal_forms_are_what_the_index_holds():
    assert Identifier("phone", normal(KINDS["phone"], "8 903 123-45-67")) == Identifier(
        "phone", "+79031234567"
    )
    assert public_id(BEGIN, 32)


def test_whom_a_value_identifies_is_asked_by_the_rules_in_force(storage, workspace):
    db = storage.workspace(workspace)
    write(db, [event(1, user="u-1", cookie="c-1"), event(2, user="u-2")])
    with db.read() as conn:
        person, heard = api.holder(conn, "user_id", " u-1 ")
        assert person is not None
        assert (person.id, heard) == (api.find(conn, "user_id", "u-1"), None)
        assert api.holder(conn, "anonymous_id", "c-1", heard)[0] == person
        for kind, spelt in (("user_id", "u-3"), ("no_such_kind", "u-1"), ("user_id", None)):
            assert api.holder(conn, kind, spelt, heard) == (None, None)
    for version, blocked in ((1, "u-1"), (2, "u-2")):
        stated = Rules(version=version, kinds=(replace(KINDS["user_id"], blocked=(blocked,)),))
        with db.transaction() as conn:
            store._add_rules(conn, [(stated, version)])
        with db.read() as conn:
            old, heard = heard, api.holder(conn, "user_id", blocked, heard)[1]
            assert (heard, old != heard) == (stated, True)
            assert api.holder(conn, "user_id", blocked, old)[0] is None
            assert api.holder(conn, "user_id", "u-1", old)[0] == (None if blocked == "u-1" else person)
