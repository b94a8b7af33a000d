"""In: nothing. Out: the words of what is asked of whole lists.

Invariant: what is asked carries the question to the list, never the rows that a page happened to show, unless
somebody chose these rows one by one.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from konnektu.core.errors import Conflict, Forbidden, NotFound, Refused

DAYS = 7
"""How long what was asked, and its file, is kept."""
KEYS_MOST = 1_000
OPEN_MOST = 5
"""Things of one person that wait or run at once."""

Named = Annotated[str, Meta(min_length=1, max_length=100)]
Form = Literal["csv", "xlsx", "jsonl"]
Gone = Literal["", "erased"]
"""erased: somebody was erased since whom it may have shown."""


class Question(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which rows of a section are meant."""

    filters: Annotated[dict[Named, Any], Meta(max_length=100)] = {}
    """As rows of the section are asked for."""
    order: Annotated[str, Meta(max_length=100)] = ""
    """Empty for the usual order."""
    keys: Annotated[list[Annotated[str, Meta(min_length=1, max_length=200)]], Meta(max_length=KEYS_MOST)] = []
    """Of these rows the chosen ones alone; empty for every row."""


class Exporting(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="export"):
    """The rows as a file."""

    columns: Annotated[list[Named], Meta(max_length=300)] = []
    """In this order; empty for every column."""
    form: Form = "xlsx"
    language: Literal["ru", "en"] = "ru"
    reason: Annotated[str, Meta(max_length=500)] = ""
    """Why personal columns are shown whole; empty: they are covered."""


class Tagging(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="tag"):
    """A tag that the people of the rows are given, or that is taken from them."""

    tag: Named
    way: Literal["add", "remove"] = "add"


Deed = Exporting | Tagging


class Work(Struct, frozen=True, kw_only=True):
    """Something that was asked of a list."""

    id: int
    login: str
    """Who asked, and under whose rights it is done."""
    section: str
    question: Question
    deed: Deed
    job: int
    """0 until its job is there."""
    size: int
    """Bytes of its file; -1 where there is none."""
    row_limit: str
    """The rows that whoever asked might see; empty for all of them."""
    created_at: int
    expires_at: int
    upto: int = 0
    """Position of the log whose facts its rows show: at first that at which it was asked."""
    gone: Gone = ""
    """Why there is no file any more before its term is over."""


class NoWork(NotFound):
    """Nothing of this id was asked of a list by you, or its term is over."""


class NoFile(NotFound):
    """The file is not ready, or its term is over. Ask for it again."""


class Erased(Refused):
    """Somebody was erased since whom this file, or its question, may have shown. Ask for it again."""

    status = 410


class TooMany(Conflict):
    """So much of yours waits already. Let it end, or cancel some of it."""


class NotPeople(Refused):
    """Only people have tags: ask a list of people."""

    status = 422


class OwnerLeft(Refused):
    """Whoever asked for this may not do it any more."""

    status = 403


class NotYours(Forbidden):
    """A token has nothing of its own. Sign in as a user."""
