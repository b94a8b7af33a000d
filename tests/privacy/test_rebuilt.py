"""After retention the state is what a rebuild tells, whoever was joined and parted, and wherever a run was killed."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from konnektu.belt import cuts
from konnektu.core.clock import DAY
from konnektu.identity import api as identity
from konnektu.privacy import api as privacy
from konnektu.privacy.model import Subject
from konnektu.storage.api import History, Storage, WorkspaceRecord
from tests.belt.support import (
    NOW,
    STATE_TABLES,
    SimulatedCrash,
    crash_before_statement,
    everything,
    run_writer,
    send,
)
from tests.privacy.support import event, identify, is_equal_when_rebuilt, place, rule, seal_all, track

TOLD = tuple(name for name in STATE_TABLES if name not in {"quarantine", "decision"})
RULES: tuple[tuple[Subject, str], ...] = (
    ("event", "Seen"),
    ("event", "$page"),
    ("attribute", "city"),
    ("attribute", "tier"),
    ("purpose", "news"),
)


def lives(seed: int, people: int = 12, events: int = 140) -> Iterator[bytes]:
    """What some people do, in any order of time, now as a cookie, now signed in."""
    luck = Random(seed)
    for n in range(events):
        who, at = luck.randrange(people), NOW - luck.randrange(1, 120) * DAY - luck.randrange(1000)
        user, cookie = f"u{who}", f"a{luck.choice([who, who, (who + 1) % people])}"
        kind = luck.randrange(8)
        if kind == 0:
            traits = {"city": f"city {luck.randrange(3)}", "tier": luck.choice(["gold", "silver"]), "size": n}
            yield identify(n, at, user, **{name: traits[name] for name in luck.sample(list(traits), 2)})
        elif kind == 1:
            yield event(
                n, at, type="page", anonymousId=cookie, userId=luck.choice([user, None]), **banner(luck)
            )
        elif kind == 2:
            yield event(n, at, type="page", anonymousId=cookie, context=campaign(luck))
        elif kind == 3:
            yield track(n, at, "Login", user=user, anonymous=cookie)
        elif kind == 4:
            yield track(n, at, "Order Completed", user=user, properties={"order_id": f"o{n}", "revenue": n})
        elif kind == 5:
            consent = {"state": "given", "purpose": "news", "valid_until": at + DAY, "proof": {"form": "f"}}
            yield track(n, at, "Consent Given", user=user, properties=consent)
        else:
            named = {"user": user} if luck.random() < 0.5 else {"anonymous": cookie}
            yield track(
                n, at, "Seen", **named, properties={"value": n / 7}, context={"traits": {"tier": "x"}}
            )


def banner(luck: Random) -> dict[str, Any]:
    states = {"ads": luck.random() < 0.5}
    return {"context": {"consent": {"categoryPreferences": states}}} if luck.random() < 0.4 else {}


def campaign(luck: Random) -> dict[str, Any]:
    return {
        "campaign": {"source": luck.choice(["mail", "ads"]), "name": "spring"},
        "page": {"url": "https://x/"},
    }


def source(key: str, value: str) -> bytes:
    """The fact that states a marketing source."""
    condition = {"field": "utm_source", "operator": "equals", "values": [value]}
    stated = {"name": key, "kind": "promotion", "rules": [[condition]]}
    return msgspec.json.encode(
        {
            "type": "marketing_source",
            "messageId": f"source-{key}",
            "properties": {"told": {"key": key, "source": stated}},
        }
    )


def told(storage: Storage, record: WorkspaceRecord, seed: int) -> None:
    """A history with a source that comes in its midst, merges, and a cut; sealed but for its end."""
    every = list(lives(seed))
    for start in range(0, len(every), 20):
        send(storage, record, *every[start : start + 20])
        if start == 40:
            send(storage, record, source("mail", "mail"), origin="system")
        run_writer(storage, record)
        if start == 80:
            seal_all(storage, record)
            cut(storage, record)


def cut(storage: Storage, record: WorkspaceRecord) -> None:
    """Undo the latest merge."""
    with storage.workspace(record).read() as db:
        (merge,) = identity.latest_decisions(db, ["merge"], limit=1)
    fact = {
        "type": "cut",
        "messageId": f"cut-{merge.position}",
        "properties": {"decision": [merge.position, merge.ordinal]},
    }
    send(storage, record, msgspec.json.encode(fact), origin="console")
    run_writer(storage, record)
    assert cuts.effect_cuts(storage, record, NOW)
    run_writer(storage, record)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whoever_was_joined_and_parted(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path, seed: int
) -> None:
    told(storage, workspace, seed)
    assert everything(storage, workspace, ("arrival",))["arrival"]
    is_equal_when_rebuilt(storage, workspace)
    rule(storage, workspace, *RULES)
    first = privacy.retain(place(storage, workspace, tmp_path))
    assert all(first.removed[f"{subject}:{name}"] for subject, name in RULES), first.removed
    is_equal_when_rebuilt(storage, workspace)
    send(storage, workspace, *lives(seed + 100), at=NOW + 1)
    run_writer(storage, workspace)
    cut(storage, workspace)
    is_equal_when_rebuilt(storage, workspace)
    later = NOW + 20 * DAY
    second = privacy.retain(place(storage, workspace, tmp_path, later))
    assert second.removed["event:Seen"]
    is_equal_when_rebuilt(storage, workspace)
    third = privacy.retain(place(storage, workspace, tmp_path, later))
    assert not any(third.removed.values()) and not third.people


def test_people_some_at_a_time_or_all_at_once(
    storage: Storage,
    workspace: WorkspaceRecord,
    history: History,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told(storage, workspace, 5)
    rule(storage, workspace, *RULES)
    where = place(storage, workspace, tmp_path)
    monkeypatch.setattr("konnektu.privacy.aging.FACTS_AT_ONCE", 7)
    monkeypatch.setattr("konnektu.privacy.retaining.MOST_TOLD", 3)
    privacy.retain(where, at_once=2)
    by_little = everything(storage, workspace, TOLD)
    is_equal_when_rebuilt(storage, workspace)
    with storage.workspace(workspace).transaction() as db:
        db.execute("INSERT INTO retention_told SELECT atom FROM identifier")
    monkeypatch.undo()
    privacy.retain(where)
    assert everything(storage, workspace, TOLD) == by_little


def test_killed_at_any_statement_it_goes_on_where_it_stopped(
    storage: Storage,
    workspace: WorkspaceRecord,
    history: History,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told(storage, workspace, 6)
    rule(storage, workspace, *RULES)
    where, crashes = place(storage, workspace, tmp_path), 0
    for statement in range(1, 2000):
        try:
            with crash_before_statement(monkeypatch, statement):
                privacy.retain(where)
        except SimulatedCrash:
            crashes += 1
            continue
        break
    assert crashes > 20
    with storage.workspace(workspace).read() as db:
        runs = privacy.runs(db, privacy.LATEST, 100)
    assert all(run.state == "done" for run in runs)
    for subject, name in RULES:
        assert sum(run.removed[f"{subject}:{name}"] for run in runs), (subject, name)
    is_equal_when_rebuilt(storage, workspace)
    before = everything(storage, workspace, TOLD)
    again = privacy.retain(where)
    assert not any(again.removed.values())
    assert everything(storage, workspace, TOLD) == before
