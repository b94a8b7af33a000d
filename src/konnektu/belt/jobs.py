"""Rules tried on the whole base, and applied to the past, as jobs: each takes long and may be begun again.

In: the rules of identity, or the version of those of marketing sources, as a job's arguments. Out: a job's result:
figures, profiles by public id, kinds of values. No value of a person is kept with a job.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from konnektu.acquisition import api as acquisition
from konnektu.belt import recognition
from konnektu.belt.backwards import apply_backwards
from konnektu.belt.preview import Previewed, Progress, preview
from konnektu.belt.where import Where
from konnektu.core.ids import public_id
from konnektu.identity import api as identity
from konnektu.jobs import api as jobs


class WithRules(jobs.Arguments, frozen=True):
    """The rules to try or to apply."""

    rules: dict[str, Any]


@jobs.kind(
    identity.PREVIEW_JOB,
    jobs.Words("Trial of identity rules", "Проба правил идентификации"),
    arguments=WithRules,
    right="identity.rules",
    lock="kind",
)
def try_identity_rules(work: jobs.Work, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Compare the people under other rules with the present ones. Changes nothing."""
    rules = identity.checked_rules(arguments["rules"])
    return difference(preview(work.storage, work.workspace, rules, _progress(work, "")))


@jobs.kind(
    identity.BACKWARDS_JOB,
    jobs.Words("Identity rules applied backwards", "Правила идентификации задним числом"),
    arguments=WithRules,
    right="identity.rules",
    lock="kind",
)
def apply_identity_rules(work: jobs.Work, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make the people those whom the rules would have made from the beginning; a run that was stopped goes on."""
    rules = identity.checked_rules(arguments["rules"])
    where = Where(work.storage, work.workspace, work.clock.now_ms)
    return dict(msgspec.to_builtins(apply_backwards(where, rules, lambda step: _progress(work, step))))


class OfVersion(jobs.Arguments, frozen=True):
    """Which rules of marketing sources are to hold for the past."""

    version: int


@jobs.kind(
    acquisition.PREVIEW_JOB,
    jobs.Words("Trial of marketing sources on the past", "Проба маркетинговых источников на истории"),
    right="acquisition.manage",
    lock="kind",
)
def try_marketing_sources(work: jobs.Work, _: Mapping[str, Any]) -> Mapping[str, Any]:
    """Compare where people came from by the rules in force with what stands. Changes nothing."""
    where = Where(work.storage, work.workspace, work.clock.now_ms)
    tried = recognition.try_rules(where, _progress(work, ""))
    found = msgspec.to_builtins(tried.difference())
    samples = [{**one, "profile": public_id(0, one["profile"])} for one in found["samples"]]
    return {**found, "samples": samples, "version": tried.version, "events": tried.position}


@jobs.kind(
    acquisition.APPLY_JOB,
    jobs.Words("Marketing sources applied to the past", "Маркетинговые источники применены к истории"),
    arguments=OfVersion,
    right="acquisition.manage",
    lock="kind",
)
def apply_marketing_sources(work: jobs.Work, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Tell anew where people came from; a run that was stopped goes on."""
    where = Where(work.storage, work.workspace, work.clock.now_ms)
    carried = recognition.apply_rules(where, arguments["version"], lambda step: _progress(work, step))
    return dict(msgspec.to_builtins(carried))


def difference(previewed: Previewed) -> dict[str, Any]:
    """A preview as a job's result keeps it."""
    found = previewed.found
    figures = msgspec.to_builtins(found)
    return {
        **{name: figure for name, figure in figures.items() if isinstance(figure, int | dict)},
        "position": previewed.position,
        "largest": [
            {"identifiers": each.atoms, "profiles": [public_id(0, one) for one in each.present]}
            for each in found.largest
        ],
        "merged": [_sample(each) for each in found.merged],
        "parted": [_sample(each) for each in found.parted],
    }


def _sample(sample: identity.Sample) -> dict[str, list[str]]:
    return {
        "profiles": [public_id(0, one) for one in sample.profiles],
        "evidence": [one.kind for one in sample.evidence],
    }


def _progress(work: jobs.Work, step: str) -> Progress:
    def show(done: int, total: int) -> None:
        work.check()
        work.progress(done, total, step)

    return show
