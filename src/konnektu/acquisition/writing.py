"""Statements about sources from outside: checked, appended as facts of the system, waited for.

In: a caller's wish. Out: the block that holds it on disk. Invariant: nothing here changes a marketing source.
"""

import msgspec

from konnektu.access import api as access
from konnektu.access.api import Author, Caller, record_alone
from konnektu.acquisition import store, views
from konnektu.acquisition.health import problem_of
from konnektu.acquisition.logic import fault
from konnektu.acquisition.model import About, Stated
from konnektu.acquisition.working import FACT, Told
from konnektu.core.errors import NotFound, TooLarge, Unprocessable
from konnektu.core.ids import internal_id
from konnektu.jobs.api import solve_problem
from konnektu.storage.api import Storage

LARGEST = 30_000
"""Bytes of a statement: a fact must fit into one event."""


def state(author: Author, key: str, stated: Stated) -> views.SourceAccepted:
    """Append what a source is to be. Raises `Unprocessable` where it cannot be so, `TooLarge` for too many rules."""
    with author.db.read() as db:
        sources = store.sources(db)
    try:
        told = msgspec.convert({"key": key, "source": stated}, Told)
    except msgspec.ValidationError:
        raise Unprocessable(
            "A key has up to 64 small Latin letters, digits, hyphens and underscores, a letter or digit first."
        ) from None
    if wrong := fault(key, stated, sources):
        raise Unprocessable(wrong)
    return _appended(author, told, "marketing_source.stated")


def retire(author: Author, key: str) -> views.SourceAccepted:
    """Append that nothing is recognised as a source any more; who came from it stays so. Raises `NotFound`."""
    with author.db.read() as db:
        if key not in store.sources(db):
            raise NotFound(f"There is no marketing source {key} in this workspace.")
    return _appended(author, Told(key), "marketing_source.retired")


def _appended(author: Author, told: Told, what: str) -> views.SourceAccepted:
    body = author.fact(FACT, {"told": told})
    if len(body) > LARGEST:
        raise TooLarge("The rules of one source take too much room. Divide them between several sources.")
    detail = {"stated": msgspec.to_builtins(told.source)}
    author.record(what, told.key, detail)
    return views.SourceAccepted(*author.state(body))


def say_of_data_source(storage: Storage, caller: Caller, public: str, about: About, now: int) -> None:
    """Write what is said of a source of data. Raises `NotFound`; `Unprocessable` for such a silence as cannot be."""
    source = access.source(storage.control, caller, internal_id(public), now=now)
    if about.silence and about.silence.fault:
        raise Unprocessable(about.silence.fault)
    detail = {"about": msgspec.to_builtins(about)}
    record_alone(storage.control, caller, "source.described", source.name, detail, now=now)
    with storage.workspace(caller.workspace).transaction() as db:
        store.put_about(db, source.id, now, about)
    # What was silent by another measure is judged anew.
    solve_problem(storage.control, caller.workspace, problem_of(public))
