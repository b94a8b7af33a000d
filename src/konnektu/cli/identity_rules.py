"""`konnektu rules`. In: a workspace and a file of rules. Out: the rules in force, what others would change, the change.

Invariant: `show` and `preview` change nothing; `apply` may be repeated, and goes on where it was stopped.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from rich.console import Group, RenderableType
from rich.text import Text

from konnektu.access import api as access
from konnektu.belt.backwards import Carried, Shown, apply_backwards, state_rules
from konnektu.belt.preview import Previewed, Progress, preview
from konnektu.belt.where import Where
from konnektu.cli.answer import Answer, Injected, table
from konnektu.cli.progress import bar
from konnektu.cli.workplace import workplace
from konnektu.core.clock import SystemClock
from konnektu.core.errors import BadRequest
from konnektu.core.ids import public_id
from konnektu.core.records import Identifier
from konnektu.identity import api as identity


class Stated(Struct, frozen=True):
    """Rules as a file states them."""

    rules: dict[str, Any]
    """The fields of the rules; what is left out takes its default."""
    version: int = 0
    """Version under which they are in force; a file may leave it out, and it is not read."""


class SampleShown(Struct, frozen=True):
    """Two profiles that would be one, or one that would be two, with the values between which it is decided."""

    profiles: tuple[str, str]
    evidence: tuple[str, str]


class ClusterShown(Struct, frozen=True):
    """One of the largest people under the rules tried."""

    identifiers: int
    profiles: list[str]
    values: list[str]


class Difference(Struct, frozen=True):
    """What the rules would make of the base."""

    workspace: str
    position: int
    """The last position of the log that was tried."""
    events: int
    people_before: int
    people_after: int
    merges: int
    splits: int
    nobody_before: int
    """Events that belong to nobody."""
    nobody_after: int
    refusals: dict[str, int]
    largest: list[ClusterShown]
    merged: list[SampleShown]
    parted: list[SampleShown]


def show_rules(workspace: str, *, context: Injected) -> Answer:
    """Show the identity rules in force; with --json, as a file for the other two commands.

    Parameters
    ----------
    workspace
        Slug of the workspace.
    """
    with (
        workplace(context.settings().config, workspace, ()) as (storage, record),
        storage.workspace(record).read() as db,
    ):
        rules = identity.rules(db)
    document = msgspec.to_builtins(rules)
    version = document.pop("version")
    rows = [
        (kind.name, kind.level, str(kind.rank), _number(kind.limit), _number(kind.window_days),
         _number(kind.life_days), _number(kind.max_people))
        for kind in rules.kinds
    ]  # fmt: skip
    heads = (
        "kind",
        "speaks of a",
        "rank",
        "values of one profile",
        "within days",
        "life in days",
        "people at most",
    )
    shown = table(heads, rows)
    shown.caption = (
        f"Version {version}. Vetoes: {', '.join(rules.vetoes) or 'none'}. Largest merge: {rules.largest_merge}"
        f" identifiers. Largest person: {rules.most_atoms}."
    )
    shown.caption_justify = "left"
    return Answer(Stated(document, version), shown)


def preview_rules(workspace: str, file: Path, *, context: Injected) -> Answer:
    """Try other rules on the whole base: how many people would be merged and split, and which. Changes nothing.

    Parameters
    ----------
    workspace
        Slug of the workspace.
    file
        JSON with the rules, as `konnektu rules show --json` prints them.
    """
    rules = read_rules(file)
    with (
        workplace(context.settings().config, workspace, ("store",)) as (storage, record),
        bar("Decide anew", None, is_quiet=context.as_json) as shown,
    ):
        found = preview(storage, record, rules, shown)
    difference = difference_of(workspace, found)
    return Answer(difference, Group(*parts(difference)))


def apply_rules(workspace: str, file: Path, *, backwards: bool = False, context: Injected) -> Answer:
    """Let other rules hold from here on, or, backwards, as if they had held from the beginning.

    Parameters
    ----------
    workspace
        Slug of the workspace.
    file
        JSON with the rules, as `konnektu rules show --json` prints them.
    backwards
        Undo the joins that the rules would not have made, and make those that they would have.
    """
    rules = read_rules(file)
    clock = SystemClock()
    with workplace(context.settings().config, workspace, ("store", "belt", "deliver")) as (storage, record):
        caller = access.system_caller(record)
        access.record_alone(
            storage.control, caller, "identity_rules.changed", "identity rules", now=clock.now_ms()
        )
        where = Where(storage, record, clock.now_ms)
        if backwards:
            with bars(is_quiet=context.as_json) as shown:
                carried = apply_backwards(where, rules, shown)
        else:
            holding, is_stated = state_rules(where, rules)
            carried = Carried(holding.version, is_stated, 0, 0)
    said = f"Version {carried.version} is in force" + ("." if carried.stated else ", and was before.")
    more = f" {carried.cuts:,} joins were undone, {carried.merges:,} merges made." if backwards else ""
    return Answer(carried, said + more)


def read_rules(file: Path) -> identity.Rules:
    """The rules of a file. Raises `BadRequest` where it cannot be read, `Unprocessable` where it contradicts itself."""
    try:
        stated = msgspec.json.decode(file.read_bytes())
    except OSError as error:
        raise BadRequest(f"{file} cannot be read: {error.strerror}.") from None
    except msgspec.DecodeError as error:
        raise BadRequest(f"{file} is no JSON: {error}.") from None
    if not isinstance(stated, dict):
        raise BadRequest(
            f"{file} must hold one JSON object, as `konnektu rules show WORKSPACE --json` prints it."
        )
    inside = stated.get("rules", stated)
    return identity.checked_rules(inside if isinstance(inside, dict) else {"rules": inside})


@contextmanager
def bars(*, is_quiet: bool) -> Iterator[Shown]:
    """A bar for each step of a longer work; the last one moves."""
    with ExitStack() as open_bar:

        def step(name: str) -> Progress:
            open_bar.close()
            return open_bar.enter_context(bar(name, None, is_quiet=is_quiet))

        yield step


def difference_of(workspace: str, previewed: Previewed) -> Difference:
    """A preview as the command says it: profiles by their ids outside, values with their kinds."""
    found = previewed.found
    return Difference(
        workspace=workspace,
        position=previewed.position,
        events=found.events,
        people_before=found.people_before,
        people_after=found.people_after,
        merges=found.merges,
        splits=found.splits,
        nobody_before=found.nobody_before,
        nobody_after=found.nobody_after,
        refusals=found.refusals,
        largest=[
            ClusterShown(
                each.atoms, [public_id(0, one) for one in each.present], [_value(v) for v in each.values]
            )
            for each in found.largest
        ],
        merged=[_sample(each) for each in found.merged],
        parted=[_sample(each) for each in found.parted],
    )


def parts(found: Difference) -> Iterator[RenderableType]:
    """The sections of the answer that hold anything, for a person."""
    yield Text(
        f"{found.people_before:,} people would be {found.people_after:,}: "
        f"{found.merges:,} would end in another, {found.splits:,} would come out of one.",
        style="bold",
    )
    yield f"{found.events:,} events tried; {found.nobody_before:,} belong to nobody, {found.nobody_after:,} would."
    refusals = [
        (reason, f"{count:,}") for reason, count in sorted(found.refusals.items(), key=lambda each: -each[1])
    ]
    largest = [
        (str(each.identifiers), str(len(each.profiles)), ", ".join(each.values[:5])) for each in found.largest
    ]
    sections = (
        (("refused because of", "times"), refusals),
        (("largest: identifiers", "of profiles", "some of them"), largest),
        (("would be one", "with", "because of", "and"), [_row(each) for each in found.merged]),
        (("would be two", "", "between", "and"), [_row(each) for each in found.parted]),
    )
    for heads, rows in sections:
        if rows:
            yield ""
            yield table(heads, rows)


def _row(sample: SampleShown) -> tuple[str, str, str, str]:
    first, second = sample.profiles
    return first, second if second != first else "", *sample.evidence


def _sample(sample: identity.Sample) -> SampleShown:
    one, other = (public_id(0, each) for each in sample.profiles)
    first, second = (_value(each) for each in sample.evidence)
    return SampleShown((one, other), (first, second))


def _value(identifier: Identifier) -> str:
    return f"{identifier.kind} {identifier.value}"


def _number(value: int | None) -> str:
    return f"{value:,}" if value else "—"
