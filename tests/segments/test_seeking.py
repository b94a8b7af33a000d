"""Rules are no way round to covered values: who may not see personal data asks no rule about them, by any door."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs

from konnektu.access.api import Author, system_caller
from konnektu.core.errors import Forbidden
from konnektu.rules.checking import rule_of
from konnektu.segments import explained, seeking, views, writing
from konnektu.segments.computed import trying
from konnektu.segments.computed import views as computed_views
from konnektu.segments.computed import writing as computed_writing
from konnektu.segments.computed.reading import Looker
from konnektu.segments.counting import Counter, counted
from konnektu.segments.explain_views import DraftExplained
from konnektu.segments.trees import keeping
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, identify, run_writer, send
from tests.related.facts import kind
from tests.segments.facts import ENTRY, computed, standing
from tests.segments.test_explaining import public

BEGINS: dict[str, Any] = {"is": "text", "op": "begins", "values": ["a"]}
BY_MAIL: dict[str, Any] = {"is": "attribute", "name": "email", "test": BEGINS}
LAST_MAIL: dict[str, Any] = {
    "is": "events",
    "measure": {"how": "last", "field": ["properties", "email"], "type": "text"},
}
OF_CHILD: dict[str, Any] = {
    "is": "related",
    "kind": "child",
    "where": {"is": "field", "path": ["nickname"], "test": BEGINS},
}
SOME: dict[str, Any] = {"is": "number", "op": "at_least", "values": [1]}
NICKNAMES: list[dict[str, Any]] = [
    {"name": "nickname", "en": "Nickname", "ru": "Прозвище", "is_personal": True}
]


def labels(rule: dict[str, Any]) -> dict[str, Any]:
    return {"is": "labels", "labels": [{"name": "yes", "rule": rule}]}


def test_no_door_lets_covered_values_be_guessed(storage: Storage, workspace: WorkspaceRecord) -> None:
    send(storage, workspace, identify("anna", 1, email="anna@shop.example"))
    run_writer(storage, workspace)
    anna, caller = public(storage, workspace, "anna"), system_caller(workspace)
    barred = structs.replace(caller, rights=caller.rights - {"profiles.personal"})
    author, db = Author(storage, barred, NOW, 0), storage.workspace(workspace)
    definition = {"entry": {"is": "not", "rule": BY_MAIL}}
    doors: list[Callable[[], object]] = [
        lambda: counted(Counter(storage, barred, NOW), views.Draft(definition=definition)),
        lambda: explained.of_draft(
            explained.Explainer(storage, barred, NOW), DraftExplained(definition=definition, profile=anna)
        ),
        lambda: keeping.keep(db, barred, views.TreeAsked(BY_MAIL), NOW),
        lambda: writing.make(author, views.NewSegment(name="Guessed", definition=definition)),
        lambda: trying.tried(
            Looker(db, barred, NOW), storage, computed_views.TrialAsked(formula=labels(BY_MAIL), profile=anna)
        ),
        lambda: computed_writing.make(
            author, computed_views.NewComputed(title="Guessed", formula=labels(BY_MAIL))
        ),
    ]
    for door in doors:
        with pytest.raises(Forbidden, match=r"profiles\.personal"):
            door()


def test_a_segment_about_personal_data_is_renamed_by_who_may_not_ask_so(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    caller = system_caller(workspace)
    barred = Author(storage, structs.replace(caller, rights=caller.rights - {"profiles.personal"}), NOW, 0)
    definition = {"entry": BY_MAIL}
    writing.make(
        Author(storage, caller, NOW, 0), views.NewSegment(name="A", key="guessed", definition=definition)
    )
    run_writer(storage, workspace)
    writing.change(barred, "guessed", views.SegmentChange(name="B", definition=definition))
    run_writer(storage, workspace)
    assert standing(storage, workspace)["guessed"].stated.name == "B"
    with pytest.raises(Forbidden):
        writing.change(
            barred,
            "guessed",
            views.SegmentChange(name="B", definition={"entry": {"is": "not", "rule": BY_MAIL}}),
        )


def test_what_counts_as_personal(storage: Storage, workspace: WorkspaceRecord) -> None:
    send(storage, workspace, kind(1, fields=NICKNAMES), origin="system")
    send(storage, workspace, computed(2, "mail", {"is": "figure", "figure": LAST_MAIL}), origin="system")
    run_writer(storage, workspace)
    closely: list[dict[str, Any]] = [
        BY_MAIL,
        {"is": "measured", "figure": LAST_MAIL, "test": BEGINS},
        {"is": "measured", "figure": OF_CHILD, "test": SOME},
        {"is": "attribute", "name": "computed:mail", "test": BEGINS},
    ]
    coarsely: list[dict[str, Any]] = [
        ENTRY,
        {"is": "attribute", "name": "email", "test": {"is": "present"}},
        {
            "is": "measured",
            "figure": {**LAST_MAIL, "measure": {**LAST_MAIL["measure"], "how": "distinct"}},
            "test": SOME,
        },
        {"is": "measured", "figure": {"is": "related", "kind": "child"}, "test": SOME},
        {"is": "attribute", "name": "computed:mail", "test": {"is": "present"}},
    ]
    with storage.workspace(workspace).read() as db:
        for rule in closely:
            with pytest.raises(Forbidden):
                seeking.refuse_covered(db, [rule_of(rule)])
        for rule in coarsely:
            seeking.refuse_covered(db, [rule_of(rule)])
