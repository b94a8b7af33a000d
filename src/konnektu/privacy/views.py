"""What the API says of erasures and of retention, and what it is asked. In: records. Out: views."""

from typing import Annotated, Literal, cast

from msgspec import Meta, Struct

from konnektu.core.ids import public_id
from konnektu.jobs.api import Schedule
from konnektu.privacy.model import Erasure, Rule, Run, RunState, Subject


class EraseAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a person is erased."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]
    """Kept in the audit log for good: name the request, as its number, and not the person."""


class Erasing(Struct, frozen=True):
    """An erasure that is on disk."""

    block: str
    profile: str
    applied: bool
    """Whether profile and consents were gone within the time asked for; inbox and event store follow."""


class ErasureView(Struct, frozen=True, kw_only=True):
    """One erasure."""

    at: int
    """When the writer came to it."""
    profile: str
    """Id that the profile had."""
    state: Literal["open", "done"]
    """open while inbox and event store still hold something of the person."""
    removed: dict[str, int]
    """Rows by kind."""


def of_erasure(erasure: Erasure) -> ErasureView:
    """An erasure as the API shows it."""
    return ErasureView(
        at=erasure.instant,
        profile=public_id(0, erasure.profile),
        state=cast(Literal["open", "done"], erasure.state),
        removed=erasure.removed,
    )


class RulesStated(Struct, frozen=True, forbid_unknown_fields=True):
    """How long what is kept. What no rule names is kept as long as its people."""

    rules: Annotated[list[Rule], Meta(max_length=200)]


class RuleView(Struct, frozen=True):
    """A rule in force."""

    subject: Subject
    name: str
    days: int
    fault: str
    """Why it, or some of what it names, is not carried out: what identity's rules or orders ask for came later; empty
    where it is."""
    attributes: tuple[str, ...]
    """Of a purpose: what is kept for it."""
    events: tuple[str, ...]
    data_days: int | None
    """Of a purpose: after how many days these go."""


class CutView(Struct, frozen=True):
    """What a run removed: what a rule is about, and how old."""

    subject: Subject
    name: str
    before: int
    purposes: tuple[str, ...]
    """For which it was kept, where rules say so."""


class RunView(Struct, frozen=True, kw_only=True):
    """One execution of the rules."""

    id: str
    position: int
    at: int
    state: RunState
    """open: what is too old is being taken out; removed: it is, and profiles follow; done."""
    cuts: list[CutView]
    removed: dict[str, int]
    """Facts by subject and name of the rule; in_inbox, rejected, row_of_import: where else they lay."""
    people: int
    """Whose profiles were told anew."""
    done_at: int | None


class RetentionView(Struct, frozen=True, kw_only=True):
    """The rules, when they are carried out, and how it went last."""

    rules: list[RuleView]
    cron: str | None
    """In the zone of the workspace; null where nothing comes by itself."""
    next_at: int | None
    last: RunView | None


class DueView(Struct, frozen=True, kw_only=True):
    """What a rule would remove at this moment."""

    subject: Subject
    name: str
    before: int
    """What happened, was stated or ended before."""
    purposes: tuple[str, ...]
    """For which it is kept, where rules say so."""
    facts: int
    """Removed whole, or changed, in the event store."""


class RunAsked(Struct, frozen=True):
    """A run that was asked for."""

    job: str
    """Its id among the jobs."""


def of_run(run: Run) -> RunView:
    """A run as the API shows it."""
    return RunView(
        id=public_id(run.instant, run.position),
        position=run.position,
        at=run.instant,
        state=run.state,
        cuts=[CutView(cut.subject, cut.name, cut.before, cut.purposes) for cut in run.cuts],
        removed=dict(run.removed),
        people=run.people,
        done_at=run.done_at,
    )


def of_retention(rules: list[RuleView], schedule: Schedule | None, last: Run | None) -> RetentionView:
    """Rules in force with their schedule."""
    is_on = schedule is not None and schedule.is_on
    return RetentionView(
        rules=rules,
        cron=schedule.cron if schedule and is_on else None,
        next_at=schedule.next_at if schedule and is_on else None,
        last=of_run(last) if last else None,
    )
