"""Other rules on the whole base, on real servers: tried without a trace, then carried backwards."""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import psycopg
import pytest
from msgspec import structs

from konnektu.belt import backwards
from konnektu.belt.backwards import Carried, apply_backwards, state_rules
from konnektu.belt.cuts import effect_cuts
from konnektu.belt.loop import Belt
from konnektu.belt.preview import preview
from konnektu.belt.where import Where
from konnektu.belt.where import append as told
from konnektu.core.ids import public_id
from konnektu.flow import replayed
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.orders import api as orders
from konnektu.profiles import api as profiles
from konnektu.storage.api import History, Storage, WorkspaceRecord
from tests.belt.support import NOW, SimulatedCrash, everything, identify, run_writer, send, track
from tests.belt.test_history import decisions, is_equal_when_rebuilt, seal_all
from tests.shelf import Shelf

ONE_EMAIL = structs.replace(
    identity.DEFAULT_RULES,
    kinds=tuple(
        structs.replace(kind, limit=1) if kind.name == "email" else kind
        for kind in identity.DEFAULT_RULES.kinds
    ),
)
NO_VETOES = structs.replace(identity.DEFAULT_RULES, vetoes=())
FAMILIES = 3


def email(name: str, n: int) -> dict[str, Any]:
    return {"context": {"traits": {"email": f"{name}{n}@shop.example"}}}


def story(n: int) -> Iterator[bytes]:
    """One family: two people with a common phone, of whom one has two mailboxes; and a visitor."""
    phone = f"+7903123450{n}"
    yield identify(f"ivan{n}", 1, firstName="Иван", phone=phone, email=f"ivan{n}@shop.example")
    yield identify(f"ivan{n}", 2, email=f"work{n}@shop.example")
    yield msgspec.json.encode({"type": "track", "event": "Opened", "messageId": f"w-{n}", **email("work", n)})
    yield identify("", 10 + n, firstName="Мария", phone=phone, email=f"maria{n}@shop.example").replace(
        b'"userId":"",', b""
    )
    yield track("Order Completed", 100 + n, user=f"ivan{n}", revenue=10)
    yield track("Page Viewed", 200 + n, anonymous=f"visitor{n}")


def tell(storage: Storage, record: WorkspaceRecord) -> None:
    for n in range(FAMILIES):
        send(storage, record, *story(n), at=NOW + n * 1000)
    run_writer(storage, record)


def people(storage: Storage, record: WorkspaceRecord) -> dict[frozenset[str], tuple[Any, ...]]:
    """Who is one person, by their messages, and what their profile then says."""
    by_profile: dict[int, set[str]] = defaultdict(set)
    with storage.workspace(record).read() as db:
        homes, upto = identity.homes(db), log.store.place(db).position
    for one in replayed(storage, record, upto):
        if one.event is not None and one.atom:
            by_profile[homes[one.atom]].add(one.event.message_id)
    reader = profiles.Reader(
        storage, record, NOW + 90_000, is_open=True, tellers=profiles.Tellers(orders.figures_of)
    )
    with storage.workspace(record).read() as db:
        own = {one: _own_value(identity.person(db, one)) for one in by_profile}
    return {
        frozenset(messages): said(profiles.view_found(reader, *own[one]))
        for one, messages in by_profile.items()
    }


def _own_value(person: identity.Person) -> tuple[str, str]:
    """A value that nobody else of the story carries."""
    return next(atom.identifier for atom in person.atoms.values() if atom.kind != "phone")


def said(view: profiles.ProfileView) -> tuple[Any, ...]:
    values = {(one.kind, one.value) for one in view.identifiers}
    attributes = {name: one.value for name, one in view.attributes.items()}
    return view.known, values, attributes, view.basics


@contextmanager
def running(storage: Storage, record: WorkspaceRecord) -> Iterator[None]:
    """A belt and the effecting of cuts beside the test, as the roles belt and deliver do it.

    It has the name of the writers of tests, whose leases it need not wait for.
    """
    stop = threading.Event()
    belt = Belt(storage, "test", 1000, stop, lambda: psycopg.connect(storage.inbox.conninfo, autocommit=True))

    def work() -> None:
        while not stop.is_set():
            belt.turn()
            effect_cuts(storage, record, NOW + 60_000)
            stop.wait(0.02)
        belt.release()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()


def carry(storage: Storage, record: WorkspaceRecord, rules: identity.Rules) -> Carried:
    with running(storage, record):
        return apply_backwards(
            Where(storage, record, lambda: NOW + 60_000), rules, lambda _: lambda _d, _a: None
        )


@pytest.fixture
def under(storage: Storage, shelf: Shelf, event_store_server: Any) -> Iterator[Any]:
    """People as they are where rules held from the beginning, in a workspace of their own."""
    made: list[WorkspaceRecord] = []

    def from_the_beginning(rules: identity.Rules) -> dict[frozenset[str], tuple[Any, ...]]:
        record = shelf.take(f"beginning-{len(made)}", "Beginning", NOW)
        made.append(record)
        with running(storage, record):
            state_rules(Where(storage, record, lambda: NOW), rules)
        tell(storage, record)
        return people(storage, record)

    yield from_the_beginning
    for record in made:
        shelf.give_back(record)


def seen(storage: Storage, record: WorkspaceRecord, rules: identity.Rules) -> identity.Preview:
    return preview(storage, record, rules, lambda _done, _all: None).found


def test_a_preview_says_what_would_change_and_changes_nothing(
    storage: Storage, workspace: WorkspaceRecord, history: History
) -> None:
    tell(storage, workspace)
    seal_all(storage, workspace)
    before = everything(storage, workspace)
    shown: list[tuple[int, int]] = []
    found = preview(storage, workspace, ONE_EMAIL, lambda done, upto: shown.append((done, upto)))
    assert (found.found.splits, found.found.merges) == (FAMILIES, 0)
    assert (found.found.people_before, found.found.people_after) == (3 * FAMILIES, 4 * FAMILIES)
    assert found.found.refusals["limit"] == FAMILIES
    assert {each.kind for one in found.found.parted for each in one.evidence} == {"user_id", "email"}
    assert shown[-1] == (found.position, found.position)
    loose = seen(storage, workspace, NO_VETOES)
    assert (loose.splits, loose.merges) == (0, FAMILIES)
    same = seen(storage, workspace, identity.DEFAULT_RULES)
    assert (same.splits, same.merges) == (0, 0)
    assert everything(storage, workspace) == before


@pytest.mark.parametrize("rules", [ONE_EMAIL, NO_VETOES], ids=["tightened", "loosened"])
def test_rules_carried_backwards_make_the_people_that_they_make_from_the_beginning(
    storage: Storage, workspace: WorkspaceRecord, history: History, under: Any, rules: identity.Rules
) -> None:
    tell(storage, workspace)
    seal_all(storage, workspace)
    by_default = people(storage, workspace)
    carried = carry(storage, workspace, rules)
    assert carried == Carried(2, True, *((FAMILIES, 0) if rules is ONE_EMAIL else (0, FAMILIES)))
    assert people(storage, workspace) == under(rules)
    assert people(storage, workspace) != by_default
    assert (seen(storage, workspace, rules).splits, seen(storage, workspace, rules).merges) == (0, 0)
    assert is_equal_when_rebuilt(storage, workspace)

    again = carry(storage, workspace, rules)
    assert again == Carried(2, False, 0, 0)

    back = carry(storage, workspace, identity.DEFAULT_RULES)
    assert (back.version, back.cuts + back.merges) == (3, FAMILIES)
    assert people(storage, workspace) == by_default
    assert is_equal_when_rebuilt(storage, workspace)


def test_killed_before_any_of_its_facts_it_is_repeated_and_ends_the_same(
    storage: Storage,
    workspace: WorkspaceRecord,
    history: History,
    under: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = structs.replace(ONE_EMAIL, vetoes=())
    monkeypatch.setattr(backwards, "FACTS_A_BLOCK", 1)
    tell(storage, workspace)
    append, crashes = told, 0
    for _ in range(50):
        left = 2  # the second append of this life is its last

        def dying(where: Where, facts: Any) -> int:
            nonlocal left
            left -= 1
            if not left:
                raise SimulatedCrash
            return append(where, facts)

        monkeypatch.setattr(backwards, "append", dying)
        try:
            carry(storage, workspace, both)
        except SimulatedCrash:
            crashes += 1
            continue
        break
    monkeypatch.setattr(backwards, "append", append)
    assert crashes >= 2 * FAMILIES - 1
    assert _but_for_values(people(storage, workspace)) == _but_for_values(under(both))
    assert len(decisions(storage, workspace, "cut")) == FAMILIES
    assert is_equal_when_rebuilt(storage, workspace)


def _but_for_values(
    found: dict[frozenset[str], tuple[Any, ...]],
) -> dict[frozenset[str], tuple[Any, ...]]:
    """A value that the rules would have left out stays with the facts that are stamped with it."""
    return {messages: (known, *rest) for messages, (known, _, *rest) in found.items()}


def test_what_people_decided_by_hand_holds_under_any_rules(
    storage: Storage, workspace: WorkspaceRecord, history: History
) -> None:
    tell(storage, workspace)
    with storage.workspace(workspace).read() as db:
        ivan, visitor = identity.find(db, "user_id", "ivan0"), identity.find(db, "anonymous_id", "visitor0")
        maria = identity.find(db, "email", "maria0@shop.example")
    assert ivan and visitor and maria
    asked = [
        {
            "type": "merge",
            "properties": {"people": [{"profile": public_id(0, each)} for each in (ivan, visitor)]},
        },
        {
            "type": "never",
            "properties": {"people": [{"profile": public_id(0, each)} for each in (ivan, maria)]},
        },
    ]
    send(storage, workspace, *(msgspec.json.encode(each) for each in asked), at=NOW + 9000, origin="console")
    run_writer(storage, workspace)
    assert seen(storage, workspace, NO_VETOES).splits == 0
    carried = carry(storage, workspace, NO_VETOES)
    assert carried.merges == FAMILIES - 1
    with storage.workspace(workspace).read() as db:
        assert identity.find(db, "anonymous_id", "visitor0") == identity.find(db, "user_id", "ivan0")
        assert identity.find(db, "email", "maria0@shop.example") != identity.find(db, "user_id", "ivan0")
