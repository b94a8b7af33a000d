"""Routes of profiles under /api/{workspace}: reading, the timeline, and changes that become facts.

In: requests. Out: views. Invariant: thin; nothing here changes a profile, every change is appended.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from litestar import Request, Router, get, patch, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec.structs import replace

from konnektu.access.api import (
    After,
    Author,
    Caller,
    Gate,
    Limit,
    Wait,
    checked_reason,
    record_alone,
    require,
)
from konnektu.core.errors import BadRequest
from konnektu.core.ids import internal_id
from konnektu.core.paging import LIMIT_MOST, LIMIT_USUAL, Page
from konnektu.profiles import api, consent_views, meeting, reading, saying, stated_views, views, writing
from konnektu.profiles.beside import Tellers, not_computed, nothing
from konnektu.profiles.reading import Reader
from konnektu.profiles.timeline import Only
from konnektu.storage.api import Storage

Id = Annotated[
    str,
    PathParameter(max_length=100, description="Id of the profile; a former one leads to the present one."),
]
Kind = Annotated[str, QueryParameter(max_length=100, description="Kind of the identifier or contact.")]
Value = Annotated[str, QueryParameter(max_length=512, description="Its value, however it is spelt.")]
AttributeIs = Annotated[str, PathParameter(max_length=200, description="Name of the attribute.")]
Kinds = Annotated[
    list[str] | None,
    QueryParameter(
        max_items=100,
        description="Only events of these names, and facts of these types, which begin with $: $page, $consent, $note.",
    ),
]
With = Annotated[
    list[Literal["computed"]] | None,
    QueryParameter(
        name="with", max_items=1,
        description="computed: the values of computed attributes, too; needs `segments.read`.",
    ),
]  # fmt: skip
Tag = Annotated[str, QueryParameter(max_length=100, description="Only profiles that bear this tag.")]
Known = Annotated[bool, QueryParameter(description="Only profiles that name a person.")]


@get("/profiles", guards=[require("profiles.read")], sync_to_thread=True)
def list_profiles(
    reader: NamedDependency[Reader],
    after: After = "",
    limit: Limit = LIMIT_USUAL,
    known: Known = False,  # noqa: FBT002  a query parameter
    tag: Tag = "",
) -> Page[views.ProfileView]:
    """Profiles in the order of their making. A page may hold fewer than `limit` where a filter left some out."""
    seen = internal_id(after) if after else 0
    return Page(*reading.listed(reader, seen, limit, known=known, tag=tag))


@get("/profiles/find", guards=[require("profiles.read")], sync_to_thread=True)
def find_profile(
    reader: NamedDependency[Reader],
    kind: Kind,
    value: Value,
) -> views.ProfileView:
    """The profile that an identifier leads to."""
    return reading.found(reader, kind, value)


@post("/profiles/lookup", status_code=200, guards=[require("profiles.read")], sync_to_thread=True)
def look_up_profiles(data: JSONBody[stated_views.Lookup], reader: NamedDependency[Reader]) -> views.Found:
    """Up to 1,000 profiles by identifiers and ids."""
    if len(data.identifiers) + len(data.ids) > LIMIT_MOST:
        raise BadRequest(f"Ask for at most {LIMIT_MOST} profiles at once.")
    return views.Found(reading.many(reader, data))


@post("/profiles/merged", status_code=200, guards=[require("profiles.read")], sync_to_thread=True)
def preview_merged_profile(
    data: JSONBody[stated_views.Meeting], reader: NamedDependency[Reader]
) -> views.MergedView:
    """What one person made of these would hold: attributes, identifiers, tags, sums. Changes nothing."""
    return meeting.merged(reader, data.people)


@post("/profiles", status_code=202, guards=[require("profiles.write")], sync_to_thread=True)
def make_profile(
    data: JSONBody[stated_views.ProfileNew],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.Accepted:
    """Make a profile, or add to the one that the identifiers name."""
    return writing.make(Author(storage, caller, now, wait), data)


@get("/profiles/{profile:str}", guards=[require("profiles.read")], sync_to_thread=True)
def get_profile(profile: Id, reader: NamedDependency[Reader], also: With = None) -> views.ProfileView:
    """One profile."""
    return reading.one(reader, profile, with_computed="computed" in (also or ()))


@post(
    "/profiles/{profile:str}/unmask",
    status_code=200,
    guards=[require("profiles.unmask")],
    sync_to_thread=True,
)
def unmask_profile(
    profile: Id,
    data: JSONBody[stated_views.Unmasking],
    reader: NamedDependency[Reader],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
) -> views.ProfileView:
    """One profile with its personal data, for a stated reason. The audit log keeps who looked, at whom and why."""
    reason = checked_reason(data.reason)
    found = reading.one(replace(reader, is_open=True), profile)
    detail = {"reason": reason, "people": 1}
    # Written down before anything is shown.
    record_alone(storage.control, caller, "profile.unmasked", found.id, detail, now=reader.now)
    return found


@get("/profiles/{profile:str}/timeline", guards=[require("events.read")], sync_to_thread=True)
def get_timeline(
    profile: Id,
    reader: NamedDependency[Reader],
    after: After = "",
    limit: Limit = LIMIT_USUAL,
    kind: Kinds = None,
) -> Page[views.FactView]:
    """The facts of a profile, the latest first. A page holds fewer than `limit` where some are beyond a row limit."""
    return Page(*reading.told(reader, profile, _moment(after), limit, _only(kind or ())))


@get(
    "/profiles/{profile:str}/attributes/{name:str}/history",
    guards=[require("profiles.read")],
    sync_to_thread=True,
)
def get_attribute_history(
    profile: Id, name: AttributeIs, reader: NamedDependency[Reader]
) -> views.AttributeHistory:
    """Every statement about an attribute, the latest first, whichever of them holds."""
    return saying.attribute_history(reader, profile, name)


@post(
    "/profiles/{profile:str}/notes", status_code=202, guards=[require("profiles.write")], sync_to_thread=True
)
def write_note(
    data: JSONBody[stated_views.NoteWritten],
    profile: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.Accepted:
    """Write a note about a person. It stands among their facts as `note`."""
    return writing.note(Author(storage, caller, now, wait), profile, data)


@patch(
    "/profiles/{profile:str}/attributes",
    status_code=202,
    guards=[require("profiles.write")],
    sync_to_thread=True,
)
def change_attributes(
    data: JSONBody[stated_views.AttributesChange],
    profile: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.Accepted:
    """State attributes and clear others. Fields of a full name or an address are kept together."""
    return writing.edit(Author(storage, caller, now, wait), profile, data)


@post(
    "/profiles/{profile:str}/tags", status_code=202, guards=[require("profiles.write")], sync_to_thread=True
)
def change_tags(
    data: JSONBody[stated_views.TagsChange],
    profile: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.Accepted:
    """Give and take tags."""
    return writing.retag(Author(storage, caller, now, wait), profile, data)


@get("/profiles/{profile:str}/consents", guards=[require("profiles.read")], sync_to_thread=True)
def get_consents(profile: Id, reader: NamedDependency[Reader]) -> consent_views.ConsentsView:
    """Where the consents of a person stand, and all that was said."""
    return reading.consents(reader, profile)


@post(
    "/profiles/{profile:str}/consents",
    status_code=202,
    guards=[require("profiles.write")],
    sync_to_thread=True,
)
def state_consents(
    data: JSONBody[consent_views.ConsentsStated],
    profile: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.Accepted:
    """State consents and refusals. A refusal is obeyed from the answer on, applied or not."""
    return writing.consent(Author(storage, caller, now, wait), profile, data)


@post("/refusals", status_code=202, guards=[require("profiles.write")], sync_to_thread=True)
def record_refusal(
    data: JSONBody[consent_views.RefusalStated],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.Accepted:
    """Record that whoever owns a contact refuses. It is obeyed from the answer on, also where nobody is known by it."""
    return writing.refuse(Author(storage, caller, now, wait), data)


@get("/refusals", guards=[require("profiles.personal")], sync_to_thread=True)
def list_refusals(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage], kind: Kind, value: Value
) -> list[consent_views.RefusalView]:
    """Every refusal recorded for a contact, in order of recording."""
    contact = api.normal_contact(kind, value)
    if contact is None:
        raise BadRequest("The value is not usable for this kind of contact.")
    with storage.workspace(caller.workspace).read() as db:
        recorded = api.refusals(db, contact)
    return [
        consent_views.RefusalView(
            entity=one.entity,
            channel=one.channel,
            category=one.category,
            purpose=one.purpose,
            reason=one.reason,
            time=one.time,
        )
        for one in recorded
    ]


def reader_of(request: Request[Any, Any, Any]) -> Reader:
    """Return who reads; one dependency in place of three, which Litestar would resolve in a task each."""
    caller: Caller = request.scope["user"]
    gate: Gate = request.app.state.gate
    tellers: Tellers = request.app.state.tellers
    if not caller.may("orders.read"):
        tellers = replace(tellers, figures=nothing)
    if not caller.may("acquisition.read"):
        tellers = replace(tellers, arrived=nothing)
    if not caller.may("related.read"):
        tellers = replace(tellers, records=nothing)
    if not caller.may("segments.read") or caller.workspace.row_limit:
        tellers = replace(tellers, computed=not_computed)
    is_open = caller.may("profiles.personal")
    return Reader(gate.storage, caller.workspace, gate.clock.now_ms(), is_open, tellers)


def _only(kinds: Sequence[str]) -> Only:
    return Only(
        types=tuple(one[1:] for one in kinds if one.startswith("$")),
        names=tuple(one for one in kinds if not one.startswith("$")),
    )


def _moment(after: str) -> api.Moment:
    if not after:
        return api.LATEST
    time, _, position = after.partition(".")
    if not (time.isdecimal() and position.isdecimal() and len(after) < 40):
        raise BadRequest("`after` is no cursor of a timeline. Give the `next` of the page before.")
    return int(time), int(position)


routes = [
    Router(
        "/api/{workspace:str}",
        route_handlers=[
            list_profiles,
            find_profile,
            look_up_profiles,
            preview_merged_profile,
            make_profile,
            get_profile,
            unmask_profile,
            get_timeline,
            get_attribute_history,
            write_note,
            change_attributes,
            change_tags,
            get_consents,
            state_consents,
            record_refusal,
            list_refusals,
        ],
        tags=["profiles"],
        dependencies={"reader": Provide(reader_of, sync_to_thread=False)},
    )
]
