"""What the API says of jobs that try or apply identity rules. In: jobs. Out: views."""

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from konnektu.identity.api import BACKWARDS_JOB, PREVIEW_JOB, checked_rules
from konnektu.identity.views import of_rules
from konnektu.jobs import api as jobs

RulesWork = Literal["trial", "backwards"]
KINDS: Final[Mapping[str, RulesWork]] = {PREVIEW_JOB: "trial", BACKWARDS_JOB: "backwards"}
"""What each kind of job does with rules."""


class RulesChecked(Struct, frozen=True):
    """What was found in a draft."""

    fault: str
    """What contradicts itself or cannot be read; empty where nothing does."""


class LargePerson(Struct, frozen=True):
    """One of the largest people under the rules tried."""

    identifiers: int
    profiles: list[str]
    """Present profiles that they would be made of."""


class PeopleSample(Struct, frozen=True):
    """Two present profiles that would be one, or one (named twice) that would come apart."""

    profiles: list[str]
    evidence: list[str]
    """Kinds of the two identifiers between which the decision stands."""


class Difference(Struct, frozen=True, kw_only=True):
    """How people under the rules tried would differ from the present ones."""

    events: int
    people_before: int
    people_after: int
    merges: int
    """Present profiles that would end in another."""
    splits: int
    """People who would come out of a present profile beside it."""
    nobody_before: int
    """Events that belong to nobody, as it is."""
    nobody_after: int
    refusals: dict[str, int]
    """Refusals by reason."""
    position: int
    """Up to which place on the log it was tried."""
    largest: list[LargePerson]
    merged: list[PeopleSample]
    parted: list[PeopleSample]


class CarriedOut(Struct, frozen=True, kw_only=True):
    """What was needed to make the people those of the rules."""

    version: int
    cuts: int
    """Joins that were undone."""
    merges: int
    """Joins that were made."""


class RulesJobView(jobs.Progress, frozen=True, kw_only=True):
    """A job that tries or applies rules."""

    work: RulesWork
    rules: dict[str, Any]
    """The rules it is about, whole."""
    difference: Difference | None
    """Of a trial that is done."""
    carried_out: CarriedOut | None
    """Of an application that is done."""


def of_job(job: jobs.Job) -> RulesJobView:
    """The view of one of these jobs."""
    work = KINDS[job.kind]
    result = job.result if job.state == "done" else None
    return RulesJobView(
        **jobs.progress(job),
        work=work,
        rules=of_rules(checked_rules(dict(job.arguments["rules"]))).rules,
        difference=msgspec.convert(result, Difference) if result and work == "trial" else None,
        carried_out=msgspec.convert(result, CarriedOut) if result and work == "backwards" else None,
    )
