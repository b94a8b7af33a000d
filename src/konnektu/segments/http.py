"""Routes of segments under /api/{workspace}: definitions, their checks and words, what rules may ask for.

In: requests. Out: views. Invariant: thin; nothing here changes a segment, every change is appended as a fact.
"""

from typing import Annotated, Any

from litestar import Request, Router, delete, get, post, put
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter

from konnektu.access.api import After, Author, Caller, Limit, Wait, record_alone, require
from konnektu.core.paging import LIMIT_USUAL, Page
from konnektu.segments import counting, explain_views, explained, lists, reading, taking, views, writing
from konnektu.segments.comparing import views as comparing
from konnektu.segments.computed import http as computed
from konnektu.segments.members import reading as people
from konnektu.segments.members import views as members
from konnektu.segments.trees import keeping
from konnektu.segments.vocabulary import Asked, vocabulary
from konnektu.storage.api import Db, Storage

PICKED = 50
BODY_MOST = 256 * 1024
"""Bytes of a definition, with room for how it is written."""
FILE_MOST = 32 * 1024 * 1024
"""Bytes of a file of people."""

Key = Annotated[str, PathParameter(max_length=64, description="Key of the segment.")]
KeptTree = Annotated[str, PathParameter(max_length=64, description="Key of the kept tree.")]
Before = Annotated[
    int, QueryParameter(name="after", ge=0, description="`next` of the page before; 0 for the first page.")
]
Profile = Annotated[
    str,
    QueryParameter(max_length=100, description="Only entries and exits of this person: id of the profile."),
]
ExplainedProfile = Annotated[str, QueryParameter(max_length=100, description="Id of the profile.")]
OfProfile = Annotated[
    str,
    PathParameter(max_length=100, description="Id of the profile; a former one leads to the present one."),
]
Entered = Annotated[bool | None, QueryParameter(description="true: only entries; false: only exits.")]
Days = Annotated[int, QueryParameter(ge=1, le=people.LONGEST_DAYS, description="How many days back.")]
Mode = Annotated[
    lists.Mode,
    QueryParameter(
        description="add: who is named comes on the list; replace: only who is named is on it;"
        " remove: who is named is on it no more."
    ),
]
HeldKind = Annotated[
    str,
    QueryParameter(
        max_length=100,
        description="What the first column holds: a kind of identifier, or `profile`; empty where its name says so.",
    ),
]
Makes = Annotated[bool, QueryParameter(description="Make people for rows that lead to nobody.")]
Noted = Annotated[str, QueryParameter(max_length=500, description="Why, for the history of edits.")]
Search = Annotated[str, QueryParameter(max_length=200, description="Part of a name or title.")]
Of = Annotated[
    str,
    QueryParameter(
        max_length=300, description="Of properties: the event as type:name. Of fields of records: the kind."
    ),
]


@get("/segments", guards=[require("segments.read")], sync_to_thread=True)
def list_segments(
    caller: NamedDependency[Caller], db: NamedDependency[Db], after: After = "", limit: Limit = LIMIT_USUAL
) -> Page[views.SegmentView]:
    """Segments in the order of keys, each with its definition in words and with what uses it."""
    return reading.listed(reading.look(db, caller.workspace.timezone), after, limit)


@post(
    "/segments",
    status_code=202,
    guards=[require("segments.manage")],
    sync_to_thread=True,
    request_max_body_size=BODY_MOST,
)
def make_segment(
    data: JSONBody[views.NewSegment],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.SegmentAccepted:
    """Make a segment. Its people are found in the background; what is wrong with its rules is named with its place."""
    return writing.make(Author(storage, caller, now, wait), data)


@get("/segments/ready-made", guards=[require("segments.read")], sync_to_thread=True)
def list_ready_made_segments(caller: NamedDependency[Caller]) -> list[views.ReadyMadeView]:
    """Drafts to begin with: abandoned cart, sleeping, birthday and others."""
    return reading.ready_made(caller.workspace.timezone)


@get("/segments/comparison", guards=[require("segments.read")], sync_to_thread=True)
def get_segment_comparison(
    caller: NamedDependency[Caller], db: NamedDependency[Db], now: NamedDependency[int]
) -> comparing.ComparisonView:
    """How far the comparison of who is in with what the facts say has come, and what it found."""
    return comparing.comparison(people.Looker(db, caller, now))


@post(
    "/segments/comparison/{number:str}/close",
    status_code=200,
    guards=[require("segments.manage")],
    sync_to_thread=True,
)
def close_segment_difference(
    number: Annotated[str, PathParameter(max_length=18, description="Number of the difference.")],
    data: JSONBody[comparing.ClosedDifference],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> comparing.ComparisonView:
    """Say that somebody has looked at a difference; it is counted no more. Nothing is repaired by it."""
    looker = people.Looker(storage.workspace(caller.workspace), caller, now)
    found = comparing.closed(storage, looker, number, data)
    record_alone(storage.control, caller, "segment.compared", number, {"note": data.note}, now=now)
    return found


@get("/segments/vocabulary", guards=[require("segments.read")], sync_to_thread=True)
def get_segment_vocabulary(
    part: Annotated[views.Part, QueryParameter(description="What is to be picked.")],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    search: Search = "",
    of: Of = "",
    limit: Limit = PICKED,
) -> views.VocabularyView:
    """What rules may ask for: attributes, events, fields, lists, sources and so on, with types and examples."""
    return vocabulary(Asked(storage, caller, now, of), part, search, limit)


@post(
    "/segments/check",
    status_code=200,
    guards=[require("segments.read")],
    sync_to_thread=True,
    request_max_body_size=BODY_MOST,
)
def check_segment(
    data: JSONBody[views.Draft],
    caller: NamedDependency[Caller],
    db: NamedDependency[Db],
    now: NamedDependency[int],
) -> views.CheckView:
    """Say of a draft what is wrong where, and what it means in words; changes nothing."""
    return reading.check(reading.look(db, caller.workspace.timezone), data, now)


@post(
    "/segments/count",
    status_code=200,
    guards=[require("segments.read")],
    sync_to_thread=True,
    request_max_body_size=BODY_MOST,
)
def count_segment(
    data: JSONBody[views.Draft],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views.CountView:
    """Count whom a draft holds of: whole and by row, with a sample, revenue, and what an edit would change."""
    return counting.counted(counting.Counter(storage, caller, now), data)


@post(
    "/segments/trees",
    status_code=200,
    guards=[require("segments.read")],
    sync_to_thread=True,
    request_max_body_size=BODY_MOST,
)
def keep_tree(
    data: JSONBody[views.TreeAsked],
    caller: NamedDependency[Caller],
    db: NamedDependency[Db],
    now: NamedDependency[int],
) -> views.TreeView:
    """Keep a tree of conditions for links, for 90 days after it was asked by last; lists take its key as `tree`."""
    return keeping.keep(db, caller, data, now)


@get("/segments/trees/{tree:str}", guards=[require("segments.read")], sync_to_thread=True)
def get_kept_tree(
    tree: KeptTree, caller: NamedDependency[Caller], db: NamedDependency[Db], now: NamedDependency[int]
) -> views.TreeView:
    """A tree of conditions that a link names."""
    return keeping.found(db, caller, tree, now)


@get("/segments/{segment:str}", guards=[require("segments.read")], sync_to_thread=True)
def get_segment(segment: Key, caller: NamedDependency[Caller], db: NamedDependency[Db]) -> views.SegmentView:
    """One segment."""
    return reading.found(reading.look(db, caller.workspace.timezone), segment)


@put(
    "/segments/{segment:str}",
    status_code=202,
    guards=[require("segments.manage")],
    sync_to_thread=True,
    request_max_body_size=BODY_MOST,
)
def change_segment(
    segment: Key,
    data: JSONBody[views.SegmentChange],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.SegmentAccepted:
    """State a segment anew, whole. The version in force stays so until the new one is built."""
    return writing.change(Author(storage, caller, now, wait), segment, data)


@put(
    "/segments/{segment:str}/state",
    status_code=202,
    guards=[require("segments.manage")],
    sync_to_thread=True,
)
def switch_segment(
    segment: Key,
    data: JSONBody[views.SegmentState],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.SegmentAccepted:
    """Switch a segment on, which builds it anew, or off, which is refused while another segment uses it."""
    return writing.switch(Author(storage, caller, now, wait), segment, data)


@delete("/segments/{segment:str}", status_code=202, guards=[require("segments.manage")], sync_to_thread=True)
def delete_segment(
    segment: Key,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.SegmentAccepted:
    """Delete a segment; refused with the list of its users while there are any. Its key is not given again."""
    return writing.delete(Author(storage, caller, now, wait), segment)


@get("/segments/{segment:str}/edits", guards=[require("segments.read")], sync_to_thread=True)
def list_segment_edits(
    segment: Key,
    caller: NamedDependency[Caller],
    db: NamedDependency[Db],
    before: Before = 0,
    limit: Limit = LIMIT_USUAL,
) -> Page[views.EditView]:
    """Changes of a segment, the latest first, each with its author, and what it was before in words."""
    return reading.edits(db, reading.look(db, caller.workspace.timezone), segment, before, limit)


@get("/segments/{segment:str}/changes", guards=[require("segments.read")], sync_to_thread=True)
def list_segment_changes(
    segment: Key,
    caller: NamedDependency[Caller],
    db: NamedDependency[Db],
    now: NamedDependency[int],
    before: Before = 0,
    limit: Limit = LIMIT_USUAL,
    profile: Profile = "",
    entered: Entered = None,
) -> Page[members.TurnView]:
    """Who came into a segment and who left it, the latest first, each with what brought it about."""
    asked = people.Asked(before, limit, profile, entered)
    return people.changes(people.Looker(db, caller, now), segment, asked)


@get("/segments/{segment:str}/sizes", guards=[require("segments.read")], sync_to_thread=True)
def get_segment_sizes(
    segment: Key,
    caller: NamedDependency[Caller],
    db: NamedDependency[Db],
    now: NamedDependency[int],
    days: Days = 35,
) -> members.SizesView:
    """How many people are in a segment and were, and what they come to beside everybody."""
    return people.sizes(people.Looker(db, caller, now), segment, days)


@get("/segments/{segment:str}/explain", guards=[require("segments.read")], sync_to_thread=True)
def explain_segment(
    segment: Key,
    profile: ExplainedProfile,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> explain_views.ExplanationView:
    """Why a person is in a segment or not, condition by condition, and when that changes by itself."""
    return explained.of_segment(explained.Explainer(storage, caller, now), segment, profile)


@post(
    "/segments/explain",
    status_code=200,
    guards=[require("segments.read")],
    sync_to_thread=True,
    request_max_body_size=BODY_MOST,
)
def explain_draft(
    data: JSONBody[explain_views.DraftExplained],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> explain_views.ExplanationView:
    """The same of a definition that is not saved; changes nothing."""
    return explained.of_draft(explained.Explainer(storage, caller, now), data)


@get("/profiles/{profile:str}/segments", guards=[require("segments.read")], sync_to_thread=True)
def list_segments_of_profile(
    profile: OfProfile, caller: NamedDependency[Caller], db: NamedDependency[Db], now: NamedDependency[int]
) -> members.PersonSegmentsView:
    """The segments that a person is in, each with the instant of their entry."""
    return people.of_person(people.Looker(db, caller, now), profile)


@post("/segments/lists", status_code=202, guards=[require("segments.manage")], sync_to_thread=True)
def make_segment_list(
    data: JSONBody[views.NewList],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.SegmentAccepted:
    """Make an empty list of people, who are then put on it by files."""
    return taking.make_list(Author(storage, caller, now, wait), data)


@post(
    "/segments/{segment:str}/snapshots",
    status_code=202,
    guards=[require("segments.manage")],
    sync_to_thread=True,
)
def take_segment_snapshot(
    segment: Key,
    data: JSONBody[views.NewSnapshot],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.SegmentAccepted:
    """Keep who was in a segment at an instant, now or in the past, as a segment that never changes by itself."""
    return taking.make_snapshot(Author(storage, caller, now, wait), segment, data)


@post(
    "/segments/{segment:str}/people",
    status_code=200,
    guards=[require("segments.manage")],
    request_max_body_size=FILE_MOST,
)
async def put_people_on_segment_list(  # noqa: PLR0913, PLR0917 - each is a part of the request
    request: Request[Any, Any, Any],
    segment: Key,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    mode: Mode = "add",
    kind: HeldKind = "",
    makes: Makes = False,  # noqa: FBT002  a query parameter
    note: Noted = "",
    wait: Wait = 0,
) -> views.ListedView:
    """Put the people of a file on a list: CSV, XLSX or JSON Lines with identifiers or ids of profiles, as the body.

    Says of each row whether it leads to one person, to several or to nobody.
    """
    asked = lists.Upload(body=await request.body(), mode=mode, kind=kind, makes=makes, note=note)
    return await sync_to_thread(lists.put_people, Author(storage, caller, now, wait), segment, asked)


routes = [
    *computed.routes,
    Router(
        "/api/{workspace:str}",
        route_handlers=[
            list_segments,
            make_segment,
            list_ready_made_segments,
            get_segment_comparison,
            close_segment_difference,
            get_segment_vocabulary,
            check_segment,
            count_segment,
            keep_tree,
            get_kept_tree,
            get_segment,
            change_segment,
            switch_segment,
            delete_segment,
            list_segment_edits,
            list_segment_changes,
            get_segment_sizes,
            explain_segment,
            explain_draft,
            list_segments_of_profile,
            make_segment_list,
            take_segment_snapshot,
            put_people_on_segment_list,
        ],
        tags=["segments"],
    ),
]
