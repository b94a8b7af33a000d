"""The tracking plan in force. In: facts that change it, events that are judged by it. Out: rows, rejections, counts.

The plan of an event is changed by a fact of the system, which stands alone in its batch and holds from there on.
Invariant: the plan in force is a function of the facts; judging an event needs no statement.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from konnektu.core.ids import public_id, uuid7
from konnektu.core.records import Event, Rejected, rejected, type_names
from konnektu.dictionary import store
from konnektu.dictionary.model import LONGEST_NAME, MOST_SAMPLES, Seen, Subject
from konnektu.dictionary.plan import BREAKS_PLAN, Broken, Expected, Plan, fault_of_plan
from konnektu.storage.api import Connection

FACT = "plan"
"""Type of the system's fact that changes the plan of one event."""
REASON = "wrong_plan"

Found = Mapping[int, tuple[Event, Sequence[Broken]]]
"""By position, events that break the plan and what they break."""


class Stated(Struct, frozen=True):
    """What a fact states."""

    type: str
    name: str
    expected: Expected | None
    """None takes the event out of the plan."""


class Judged(Struct, frozen=True):
    """The events of a batch as the plan judges them."""

    rejected: dict[int, Rejected]
    """By position, those that must not be taken."""
    found: dict[int, tuple[Event, list[Broken]]]


def plan(db: Connection) -> Plan:
    """The plan in force, compiled."""
    return Plan(store.plans(db))


def fact(subject: Subject, expected: Expected | None, *, by: str, now: int) -> bytes:
    """The fact that puts another plan of an event in force."""
    said = {"type": subject.type, "name": subject.name, "expected": expected}
    return msgspec.json.encode(
        {"type": FACT, "messageId": uuid7(now), "properties": {"plan": said, "by": by}}
    )


def follow(db: Connection, events: Iterable[Event]) -> list[Rejected]:
    """Put in force what facts of the plan state; those that cannot be read."""
    refused = []
    for event in events:
        if event.type == FACT:
            fault = _follow(db, event)
            if fault:
                refused.append(rejected(event, REASON, fault))
    return refused


def _follow(db: Connection, event: Event) -> str:
    try:
        stated = msgspec.convert(event.properties.get("plan"), Stated)
    except msgspec.ValidationError as error:
        return f"The plan cannot be read: {error}"
    subject = Subject(stated.type, stated.name[:LONGEST_NAME])
    if stated.expected is None:
        store.drop_plan(db, subject)
        return ""
    fault = fault_of_plan(stated.expected)
    if not fault:
        store.put_plan(db, subject, event.position, stated.expected)
    return fault


def judge(plan: Plan, events: Iterable[Event]) -> Judged:
    """What the plan says of the events of a batch. Facts of the platform itself are not judged."""
    judged = Judged({}, {})
    for event in events:
        broken, mode = plan.judge(event)
        if broken and event.type in type_names:
            judged.found[event.position] = (event, broken)
            if mode == "quarantine":
                judged.rejected[event.position] = rejected(event, BREAKS_PLAN, told(broken))
    return judged


def told(broken: Sequence[Broken]) -> str:
    """What an event breaks, for a person."""
    return " ".join(one.detail for one in broken)


def count(db: Connection, found: Found) -> None:
    """Count what events break."""
    counted: dict[tuple[Subject, str, str], tuple[Seen, list[str]]] = {}
    for event, broken in found.values():
        subject = Subject(event.type, event.name[:LONGEST_NAME])
        for one in broken:
            seen, samples = counted.setdefault((subject, one.path, one.rule), (Seen(), []))
            seen.add(1, event.instant, event.instant)
            samples.insert(0, public_id(event.instant, event.position))
            del samples[MOST_SAMPLES:]
    if counted:
        store.add_violations(db, counted)


def as_json(expected: Expected | None) -> Any:
    """A plan as the audit log shows it."""
    return msgspec.to_builtins(expected)
