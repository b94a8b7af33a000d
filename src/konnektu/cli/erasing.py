"""`konnektu erase`. In: a workspace and an identifier of a person. Out: what was removed, once all of it is gone.

The fact goes the way of all facts: writer, then event store. Beside a server its roles do the work; where
none runs, the command runs them.
"""

import getpass
import sys
from threading import Event
from time import monotonic

from msgspec import Struct

from konnektu.access import api as access
from konnektu.cli.answer import Answer, Injected, table
from konnektu.cli.workplace import workplace
from konnektu.core.clock import SystemClock
from konnektu.core.errors import BadRequest, Conflict, NotFound, Retry
from konnektu.core.ids import public_id
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.privacy import api as privacy
from konnektu.profiles import api as profiles
from konnektu.storage.api import Db, Storage, WorkspaceRecord

WRITER_SECONDS = 120.0
STORE_SECONDS = 600.0
"""How long writer and event store may take; afterwards they go on without the command."""
LOOK_SECONDS = 0.2
WORDS = {
    "identifier": "identifiers",
    "profile": "profile",
    "tag": "tags",
    "consent": "consents",
    "quarantine": "rejected events",
    "evidence": "decisions whose evidence was covered",
    "fact_in_inbox": "events in the inbox",
    "fact": "events in the event store",
}


class Erased(Struct, frozen=True):
    """One person's removal."""

    workspace: str
    profile: str
    position: int
    """Of the fact that asked for it, on the log."""
    state: str
    """done, or open while the event store has not followed."""
    removed: dict[str, int]
    """Rows by kind."""


def erase(workspace: str, kind: str, value: str, *, yes: bool = False, context: Injected) -> Answer:
    """Remove one person everywhere, for good, and say what was removed.

    Parameters
    ----------
    workspace
        Slug of the workspace.
    kind
        Kind of the identifier: user_id, email, phone …
    value
        Its value, however it is spelt.
    yes
        Do not ask.
    """
    config = context.settings().config
    with workplace(config, workspace, ("store", "belt", "deliver")) as (storage, record):
        person, profile = named(storage, record, kind, value)
        if not yes:
            confirm(person)
        block = request(storage, record, profile, SystemClock().now_ms())
        begun = wait_begun(storage.workspace(record), block)
        ended = wait_ended(storage.workspace(record), begun)
    return answer(workspace, profile, ended)


def named(storage: Storage, record: WorkspaceRecord, kind: str, value: str) -> tuple[identity.Person, str]:
    """The person an identifier leads to, with its public id. Raises `NotFound`."""
    with storage.workspace(record).read() as db:
        profile = identity.find(db, kind, value)
        row = None if profile is None else profiles.profile(db, profile)
        if row is None:
            raise NotFound(f"Nobody in {record.slug} is known by {kind} {value}.")
        return identity.person(db, row.id), public_id(row.born, row.id)


def confirm(person: identity.Person) -> None:
    """Ask on the terminal. Raises `Conflict` where the answer is not yes, `BadRequest` where nobody can answer."""
    if not sys.stdin.isatty():
        raise BadRequest("Erasing cannot be undone. Say --yes to erase without being asked.")
    known_by = ", ".join(f"{atom.kind} {atom.value}" for atom in person.atoms.values())
    sys.stderr.write(f"This person is known by {known_by}.\nErasing cannot be undone. Erase? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().casefold() not in {"y", "yes", "д", "да"}:
        raise Conflict("Nothing was erased.")


def request(storage: Storage, record: WorkspaceRecord, profile: str, now: int) -> int:
    """Note in the audit log that this profile is to be erased, and ask the writer for it; the block that asks."""
    by = getpass.getuser()
    caller = access.system_caller(record)
    access.record_alone(storage.control, caller, "person.erased", profile, {"by": by}, now=now)
    return privacy.request(storage, record, profile, now, by)


def wait_begun(db: Db, block: int) -> privacy.Erasure:
    """The erasure that this block asked for, once the writer has removed the person from the state."""
    if not log.wait_applied(db, block, WRITER_SECONDS):
        raise Retry("The erasure is accepted; the writer has not come to it yet. See `konnektu flow`.")
    position = log.position_of(db, block)
    begun = None if position is None else erasure_at(db, position)
    if begun is None:
        raise Conflict("This person changed meanwhile and was not erased. Repeat.")
    return begun


def wait_ended(db: Db, begun: privacy.Erasure) -> privacy.Erasure:
    """The erasure once inbox and event store hold nothing of the person, or as far as it is when time is up."""
    deadline, pause = monotonic() + STORE_SECONDS, Event()
    latest = begun
    while latest.state != "done" and monotonic() < deadline:
        pause.wait(LOOK_SECONDS)
        latest = erasure_at(db, begun.position) or latest
    return latest


def erasure_at(db: Db, position: int) -> privacy.Erasure | None:
    """The erasure asked for at a position."""
    with db.read() as own:
        found = privacy.erasures(own, position + 1, 1)
    return found[0] if found and found[0].position == position else None


def answer(workspace: str, profile: str, ended: privacy.Erasure) -> Answer:
    """What was removed; exit code 1 while the event store has not followed."""
    is_done = ended.state == "done"
    rows = [(words, f"{ended.removed[name]:,}") for name, words in WORDS.items() if name in ended.removed]
    shown = table(("removed", "rows"), rows)
    shown.caption = (
        "Nothing of this person is left."
        if is_done
        else "The event store follows as soon as it answers; no profile, segment or message knows the person."
    )
    shown.caption_justify = "left"
    document = Erased(workspace, profile, ended.position, ended.state, ended.removed)
    return Answer(document, shown, exit_code=int(not is_done))
