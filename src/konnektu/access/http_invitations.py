"""Routes of invitations. In: requests. Out: views. Invariant: thin; every rule stands behind `access.api`."""

from typing import Annotated

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, PathParameter

from konnektu.access import api, views_membership, views_sign_in
from konnektu.access.api import Acceptance, Caller, Passwords, require
from konnektu.access.http_sign_in import (
    PUBLIC,
    STEP,
    answer_of,
    gate_of,
    refuse_other_sites,
    type_of_request,
)
from konnektu.access.parameters import After, Limit
from konnektu.core.ids import internal_id, public_id
from konnektu.core.paging import LIMIT_USUAL, Page, page
from konnektu.storage.api import Storage

Id = Annotated[str, PathParameter(max_length=100, description="Id as the list shows it.")]


@get("/invitations", guards=[require("users.manage")], sync_to_thread=True)
def list_invitations(
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> Page[views_membership.InvitationView]:
    """Invitations in the order of their making, without their links."""
    seen = internal_id(after) if after else 0
    rows = api.invitations(storage.control, caller.workspace.id, after=seen, limit=limit + 1)
    return page(
        rows,
        limit,
        lambda row: views_membership.of_invitation(row, now),
        lambda row: public_id(row.created_at, row.id),
    )


@post("/invitations", guards=[require("users.manage")], sync_to_thread=True)
def invite_person(
    data: JSONBody[views_membership.InvitationRequest],
    request: type_of_request,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views_membership.NewInvitationView:
    """Invite a named person. The link is shown this once; hand it over by a way that only they can read."""
    made = api.invite(
        storage.control, caller, name=data.name, login=data.login, role=data.role, days=data.days, now=now
    )
    link = api.link_of_invitation(gate_of(request).home_of(request), caller.workspace.slug, made.secret)
    return views_membership.NewInvitationView(views_membership.of_invitation(made.invitation, now), link)


@delete("/invitations/{invitation:str}", guards=[require("users.manage")], sync_to_thread=True)
def withdraw_invitation(
    invitation: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> None:
    """End an open invitation."""
    api.withdraw(storage.control, caller, internal_id(invitation), now=now)


@post("/invitations/accept", status_code=200, sync_to_thread=True, opt=PUBLIC, responses=STEP)
def accept_invitation(
    data: JSONBody[views_membership.AcceptanceRequest],
    request: type_of_request,
    workspace: FromPath[str],
    storage: NamedDependency[Storage],
    passwords: NamedDependency[Passwords],
    now: NamedDependency[int],
) -> Response[views_sign_in.MeView]:
    """Become a user by the secret of an invitation's link, with a password, and sign in.

    Answers 202 and sets another cookie where a second factor has to be set up first, as `sign-in` does.
    """
    refuse_other_sites(request)
    by = Acceptance(
        slug=workspace,
        secret=data.secret,
        password=data.password,
        ip=gate_of(request).address_of(request),
        user_agent=request.headers.get("user-agent", ""),
    )
    return answer_of(request, workspace, storage, api.accept(storage, passwords, by, now=now), now)


@get("/seats", guards=[require("users.manage")], sync_to_thread=True)
def get_seats(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> views_membership.SeatsView:
    """How many users the workspace may have, and how many are there or invited."""
    return views_membership.of_seats(api.seats(storage.control, caller.workspace.id, now=now))


routes = [list_invitations, invite_person, withdraw_invitation, accept_invitation, get_seats]
