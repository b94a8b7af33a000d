"""Identity rules tried on the whole base, and applied backwards, as jobs: each takes long and may be begun again.

In: the rules, as a job's arguments. Out: a job's result: figures, profiles by public id, kinds of values. No value of
a person is kept with a job.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from konnektu.belt.backwards import Where, apply_backwards
from konnektu.belt.preview import Previewed, Progress, preview
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
