"""Profiles on a real PostgreSQL: what was saved is what was folded, however the log is cut into batches."""

from collections.abc import Sequence
from random import Random
from typing import Any

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from konnektu.core.errors import Fatal
from konnektu.core.records import Decision, Identifier, Resolved
from konnektu.profiles import api, store
from konnektu.profiles.kept import Kept
from konnektu.profiles.logic import in_order, refold
from konnektu.profiles.model import Contact, ProfileState
from konnektu.profiles.tags import present_tags
from konnektu.profiles.working import Working, fold, replace
from konnektu.storage.api import Db, Storage, WorkspaceRecord
from tests.profiles.facts import NOW, a_fact, fact_lists

PHONE = Contact("phone", "+79031234567")


@pytest.fixture
def db(storage: Storage, workspace: WorkspaceRecord) -> Db:
    return storage.workspace(workspace)


class Broken(Exception):
    """The transaction ends here."""


def apply(db: Db, batch: Sequence[Resolved], kept: Kept | None = None, *, breaks: bool = False) -> Working:
    with db.transaction() as conn:
        working = api.load(conn, batch, kept=kept)
        for fact in batch:
            fold(working, fact)
        store.save(conn, working)
        if breaks:
            raise Broken
    if kept:
        kept.keep(working)
    return working


def assert_kept_is_what_stands(db: Db, kept: Kept) -> None:
    with db.read() as conn:
        rows = dict(conn.execute("SELECT id, state FROM profile").fetchall())
    found = kept.find(range(100))
    assert found == {profile: rows.get(profile) for profile in found}


def stored(db: Db) -> dict[int, ProfileState]:
    with db.read() as conn:
        return {row.id: row.state for row in store.profiles_after(conn, 0, 10_000)}


def a_merge(position: int, winner: int, loser: int, **fields: Any) -> Resolved:
    fact = a_fact(position, atom=winner, **fields)
    decision = Decision(position=position, ordinal=0, kind="merge", profile=winner, other=loser)
    return Resolved(fact.event, winner, winner, (decision,))


def test_saved_is_what_was_folded(db: Db) -> None:
    facts = [
        a_fact(
            32,
            1,
            traits={"city": "Казань", "size": 2.5, "tags": ["a", {"b": None}]},
            properties={"revenue": 10.01, "currency": "RUB"},
        ),
        a_fact(
            33,
            1,
            type="identify",
            name="identify",
            traits={"gender": "f"},
            identifiers=(Identifier("anonymous_id", "c"),),
        ),
        a_fact(34, 2, type="group", name="group", properties={"groupId": "g"}),
    ]
    apply(db, facts)
    assert stored(db) == {1: refold(facts[:2]), 2: refold(facts[2:])}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(fact_lists(atoms=5, max_size=16), st.data(), st.randoms(use_true_random=False))
def test_any_cut_into_batches_and_any_merges_leave_the_same_profiles(
    db: Db, facts: list[Resolved], data: st.DataObject, random: Random
) -> None:
    log = with_merges(facts, random)
    results = []
    for _ in range(2):
        with db.transaction() as conn:
            store.empty(conn)
        cuts = sorted(data.draw(st.sets(st.integers(0, len(log)), max_size=4)))
        for start, end in zip([0, *cuts], [*cuts, len(log)], strict=True):
            apply(db, log[start:end])
        results.append(stored(db))
    assert results[0] == results[1]
    people: dict[int, list[Resolved]] = {}
    for fact in log:
        people.setdefault(final_profile(log, fact.profile), []).append(fact)
    assert results[0] == {profile: refold(facts) for profile, facts in people.items()}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    fact_lists(atoms=5, max_size=16),
    st.data(),
    st.randoms(use_true_random=False),
    st.sampled_from([2, 4, 1000]),
)
def test_what_is_kept_from_batch_to_batch_is_as_if_fetched(
    db: Db, facts: list[Resolved], data: st.DataObject, random: Random, most: int
) -> None:
    with db.transaction() as conn:
        store.empty(conn)
    log = with_merges(facts, random)
    kept = Kept(most)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(log)), max_size=6)))
    for start, end in zip([0, *cuts], [*cuts, len(log)], strict=True):
        if data.draw(st.booleans()):
            with pytest.raises(Broken):
                apply(db, log[start:end], kept, breaks=True)
        apply(db, log[start:end], kept)
        assert_kept_is_what_stands(db, kept)
    people: dict[int, list[Resolved]] = {}
    for fact in log:
        people.setdefault(final_profile(log, fact.profile), []).append(fact)
    assert stored(db) == {profile: refold(facts) for profile, facts in people.items()}


def test_attributes_that_were_not_fetched_are_neither_read_nor_written(db: Db) -> None:
    facts = [
        a_fact(32, 1, traits={"city": "Казань"}),
        a_fact(33, 1),
        a_fact(34, 1, type="edit", name="edit", properties={"clear": ["city"]}),
    ]
    apply(db, facts[:1])
    assert apply(db, facts[1:2]).attributes == {}
    assert stored(db) == {1: refold(facts[:2])}
    with db.transaction() as conn:
        working = api.load(conn, facts[1:2])
    with pytest.raises(Fatal, match="were not loaded"):
        fold(working, facts[0])
    apply(db, facts[2:])
    assert stored(db) == {1: refold(facts)}


def test_a_batch_holds_few_open_states(db: Db) -> None:
    facts = [a_fact(32 + n, n % 50 + 1) for n in range(100)]
    with db.transaction() as conn:
        working = api.load(conn, facts)
        for fact in facts:
            fold(working, fact)
        assert not working.states
        store.save(conn, working)
    assert len(stored(db)) == 50


def test_a_state_that_is_kept_is_not_fetched(db: Db) -> None:
    kept = Kept()
    apply(db, [a_fact(32, 1)], kept)
    with db.transaction() as conn:
        store.erase(conn, [1])
        assert list(api.load(conn, [a_fact(33, 1)], kept=kept).stored) == [1]


def test_who_was_erased_or_cut_off_is_not_kept_as_before(db: Db) -> None:
    kept = Kept()
    left, right = a_fact(32, 1), a_fact(33, 2)
    apply(db, [left, right, a_merge(34, 1, 2)], kept)
    with db.transaction() as conn:
        working = api.load(conn, [Resolved(left.event, 1, 1), Resolved(right.event, 2, 2)], kept=kept)
        replace(working, 1, refold([left]), [1], NOW)
        replace(working, 2, refold([right]), [2], NOW)
        store.save(conn, working)
    kept.keep(working)
    assert sorted(kept.find([1, 2])) == [1, 2]
    assert_kept_is_what_stands(db, kept)
    gone = Decision(position=35, ordinal=0, kind="erase", profile=2)
    apply(db, [Resolved(a_fact(35, 2).event, 0, 0, (gone,))], kept)
    assert sorted(kept.find([1, 2])) == [1]
    assert_kept_is_what_stands(db, kept)


@given(fact_lists(atoms=3, max_size=12))
def test_a_fold_leaves_every_map_in_order(facts: list[Resolved]) -> None:
    basics = refold(facts).basics
    written = msgspec.msgpack.encode(basics)
    assert msgspec.msgpack.encode(in_order(basics)) == written


def with_merges(facts: list[Resolved], random: Random) -> list[Resolved]:
    """The same facts with random merges on the way, each fact stamped with its profile at that moment."""
    profile_of = {atom: atom for atom in range(1, 6)}
    log = []
    for fact in facts:
        here = profile_of[fact.atom]
        others = sorted({profile for atom, profile in profile_of.items() if profile != here})
        decisions: tuple[Decision, ...] = ()
        if others and random.random() < 0.3:
            loser = random.choice(others)
            decisions = (
                Decision(position=fact.event.position, ordinal=0, kind="merge", profile=here, other=loser),
            )
            profile_of = {atom: here if profile == loser else profile for atom, profile in profile_of.items()}
        log.append(Resolved(fact.event, fact.atom, here, decisions))
    return log


def final_profile(log: list[Resolved], profile: int) -> int:
    for fact in log:
        for decision in fact.decisions:
            if decision.other == profile:
                profile = decision.profile
    return profile


def test_a_merge_leaves_one_row_with_the_words_of_both(db: Db) -> None:
    apply(
        db,
        [
            a_fact(32, 1, type="tag", name="tag", properties={"add": ["vip", "old"]}),
            a_fact(33, 2, type="tag", name="tag", properties={"add": ["new"], "remove": ["old"]}),
            a_fact(
                34,
                2,
                name="Consent Given",
                properties={"channel": "sms", "contact": {"kind": "phone", "value": PHONE.value}},
            ),
        ],
    )
    apply(db, [a_merge(35, 1, 2)])
    assert list(stored(db)) == [1]
    with db.read() as conn:
        assert present_tags(store.tags_of(conn, [1])[1]) == ["new", "vip"]
        assert [s.state for s in store.statements_of(conn, [1])[1]] == ["given"]
        assert store.tags_of(conn, [2]) == {}
        assert store.statements_of(conn, [2]) == {}


def test_words_of_a_batch_that_merges_go_to_the_winner(db: Db) -> None:
    apply(
        db,
        [
            a_fact(32, 3, type="tag", name="tag", properties={"add": ["a"]}),
            a_merge(33, 2, 3),
            a_merge(34, 1, 2),
        ],
    )
    assert list(stored(db)) == [1]
    with db.read() as conn:
        assert present_tags(store.tags_of(conn, [1])[1]) == ["a"]


def test_a_cut_gives_each_side_its_facts_and_words(db: Db) -> None:
    left = [a_fact(32, 1), a_fact(34, 1, type="tag", name="tag", properties={"add": ["left"]})]
    right = [a_fact(33, 2), a_fact(35, 2, type="tag", name="tag", properties={"add": ["right"]})]
    apply(
        db,
        [
            left[0],
            right[0],
            a_merge(36, 1, 2, type="page", name="page"),
            left[1],
            Resolved(right[1].event, 2, 1),
        ],
    )
    with db.transaction() as conn:
        working = api.load(conn, [Resolved(left[0].event, 1, 1), Resolved(right[0].event, 2, 2)])
        replace(working, 1, refold(left), [1], NOW)
        replace(working, 2, refold(right), [2], NOW + 33)
        store.save(conn, working)
    assert stored(db) == {1: refold(left), 2: refold(right)}
    with db.read() as conn:
        assert {profile: present_tags(words) for profile, words in store.tags_of(conn, [1, 2]).items()} == {
            1: ["left"],
            2: ["right"],
        }
        assert store.profiles(conn, [2])[2].born == NOW + 33


def test_a_repeated_statement_is_kept_once_and_a_banner_once_for_each_cookie(db: Db) -> None:
    given = a_fact(32, 1, name="Consent Given", properties={"channel": "sms", "form": "f"})
    banner = [
        a_fact(33 + i, 1, context={"consent": {"categoryPreferences": {"Ads": i % 2 == 0}}}) for i in range(5)
    ]
    apply(db, [given, *banner[:2]])
    apply(db, banner[2:])
    with db.read() as conn:
        heard = store.statements_of(conn, [1])[1]
    assert [(s.position, s.state, s.explicit) for s in heard] == [(32, "given", True), (37, "given", False)]


def test_refusals_are_kept_by_contact_and_once(db: Db) -> None:
    contact = {"kind": "phone", "value": PHONE.value}
    said = {"channel": "sms", "contact": contact}
    apply(db, [a_fact(32, 1, name="Consent Withdrawn", properties=said)])
    same_time = a_fact(33, 2, name="Consent Withdrawn", properties=said, time=NOW + 32_000)
    apply(db, [same_time, a_fact(34, 1, name="Consent Given", properties=said)])
    with db.read() as conn:
        assert [(r.contact, r.channel, r.reason, r.time) for r in store.refusals(conn, PHONE)] == [
            (PHONE, "sms", "withdrawn", NOW + 32_000)
        ]
        assert len(store.statements_about(conn, PHONE)) == 3


def test_a_profile_that_was_not_loaded_is_not_overwritten(db: Db) -> None:
    apply(db, [a_fact(32, 1)])
    working = Working()
    fold(working, a_fact(33, 1))
    with pytest.raises(psycopg.errors.UniqueViolation), db.transaction() as conn:
        store.save(conn, working)


def test_unreadable_consents_are_handed_on_for_quarantine(db: Db) -> None:
    working = apply(db, [a_fact(32, 1, name="Consent Given", properties={"contact": "x"}, body=b"{}")])
    assert [(r.position, r.reason) for r in working.rejected] == [(32, "wrong_consent")]
    assert stored(db)[1].basics.events == 1


def test_erased_people_leave_nothing_but_refusals(db: Db) -> None:
    contact = {"kind": "phone", "value": PHONE.value}
    apply(
        db,
        [
            a_fact(32, 1, name="Consent Withdrawn", properties={"channel": "sms", "contact": contact}),
            a_fact(33, 1, type="tag", name="tag", properties={"add": ["a"]}),
            a_fact(34, 2),
        ],
    )
    with db.transaction() as conn:
        store.erase(conn, [1])
    assert list(stored(db)) == [2]
    with db.read() as conn:
        assert store.tags_of(conn, [1]) == {}
        assert store.statements_of(conn, [1]) == {}
        assert len(store.refusals(conn, PHONE)) == 1


def test_the_inbox_role_adds_refusals_and_reads_nothing(storage: Storage, workspace: WorkspaceRecord) -> None:
    table = psycopg.sql.Identifier(workspace.schema, "refusal")
    add = psycopg.sql.SQL(
        "INSERT INTO {} (contact_kind, contact_value, entity, channel, category, purpose, reason, time)"
        " VALUES ('phone', '+7', '', '', '', '', 'withdrawn', 1)"
    ).format(table)
    with storage.inbox.transaction() as inbox:
        inbox.execute(add)
    for name in ("refusal", "profile", "consent", "tag"):
        query = psycopg.sql.SQL("SELECT * FROM {}").format(psycopg.sql.Identifier(workspace.schema, name))
        with pytest.raises(psycopg.errors.InsufficientPrivilege), storage.inbox.transaction() as inbox:
            inbox.execute(query)
