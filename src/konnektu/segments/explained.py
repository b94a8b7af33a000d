"""Explanations for whoever asks from outside. In: a segment or a draft, a person. Out: views."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from konnektu.access.api import Caller
from konnektu.core.errors import Conflict, Forbidden, Unprocessable
from konnektu.core.ids import internal_id
from konnektu.identity import api as identity
from konnektu.rules.checking import segment_of
from konnektu.rules.model import Segment as Definition
from konnektu.rules.writing_out import segment_written_out
from konnektu.segments import seeking
from konnektu.segments.explain_views import DraftExplained, ExplanationView, Shower
from konnektu.segments.explaining import explain, explained_as
from konnektu.segments.formulas import logic as computed
from konnektu.segments.formulas import store as computed_store
from konnektu.segments.knowing import knowledge
from konnektu.segments.logic import fault_of_draft, one
from konnektu.segments.members.reading import shown_people
from konnektu.segments.model import Standing
from konnektu.segments.telling import teller
from konnektu.storage.api import Storage

Asking = Callable[[Mapping[str, Standing], Mapping[str, Definition]], Definition]
"""The definition that is asked about, given the segments as they stand and the definitions in force."""


class Explainer(Struct, frozen=True):
    """Who asks, through which doors, and when."""

    storage: Storage
    caller: Caller
    now: int

    def check(self) -> None:
        """Raise `Forbidden` for who may not see people."""
        if not self.caller.may("profiles.read"):
            raise Forbidden(
                "This needs the right profiles.read. Ask an administrator of your workspace for it."
            )


def of_segment(explainer: Explainer, key: str, profile: str) -> ExplanationView:
    """Why a person is in a segment, or why not; by the definition in force, or where there is none, by the one stated.

    Raises `NotFound`, `Forbidden`, `Conflict` for a list without rules.
    """
    explainer.check()

    def asking(stand: Mapping[str, Standing], in_force: Mapping[str, Definition]) -> Definition:
        known = one(stand, key)
        found = in_force.get(key) or known.written
        if found is None:
            raise Conflict(f"{known.stated.name} is a list: who was named is on it.")
        return found

    return _explained(explainer, asking, key, profile)


def of_draft(explainer: Explainer, draft: DraftExplained) -> ExplanationView:
    """Why a person would be in, or why not. Raises `RuleRefused`, `Unprocessable`, `NotFound`, `Forbidden`."""
    explainer.check()
    stated = segment_of(draft.definition)
    with explainer.storage.workspace(explainer.caller.workspace).read() as own:
        seeking.check(explainer.caller, own, [stated])
        formulas = computed.formulas(computed_store.computed(own))

    def asking(stand: Mapping[str, Standing], _in_force: Mapping[str, Definition]) -> Definition:
        if wrong := fault_of_draft(draft.key, stated, stand, formulas):
            raise Unprocessable(wrong)
        return segment_written_out(stated, formulas)

    return _explained(explainer, asking, draft.key, draft.profile)


def _explained(explainer: Explainer, asking: Asking, key: str, profile: str) -> ExplanationView:
    db = explainer.storage.workspace(explainer.caller.workspace)
    with db.read() as own:
        person = identity.person(own, internal_id(profile)).id
        zone = explainer.caller.workspace.timezone
        shown = shown_people(own, [person], is_open=explainer.caller.may("profiles.personal"))[person]
    found = knowledge(
        explainer.storage,
        explainer.caller.workspace,
        [person],
        lambda stand, in_force: explained_as(asking(stand, in_force)),
        explainer.now,
    )
    definition = asking(found.segments, found.in_force)
    is_draft = definition != found.in_force.get(key)
    told = found.people[person]
    explanation = explain(found, told, definition, "" if is_draft else key)
    shower = Shower(explainer.caller, teller(zone, found.segments), told.events)
    return shower.shown(explanation, shown, key, is_draft=is_draft)
