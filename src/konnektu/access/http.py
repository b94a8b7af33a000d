"""Routes of access under /api/{workspace}: sign-in, sources, users, tokens, settings, audit log.

In: requests. Out: views. Invariant: thin; every rule stands behind `access.api`.
"""

from typing import Annotated, Any

from litestar import Request, Router, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter

from konnektu.access import (
    api,
    http_invitations,
    http_roles,
    http_rows,
    http_sign_in,
    views,
    views_membership,
    views_sign_in,
)
from konnektu.access.audit import LATEST
from konnektu.access.caller import Caller
from konnektu.access.guard import Gate, require
from konnektu.access.model import IdentityProvider
from konnektu.access.parameters import After, Limit
from konnektu.access.passwords import Passwords
from konnektu.core.errors import NotFound
from konnektu.core.ids import internal_id, public_id
from konnektu.core.paging import LIMIT_USUAL, Page, page
from konnektu.storage.api import Storage

Id = Annotated[str, PathParameter(max_length=100, description="Id as the list shows it.")]


@get("/sources", guards=[require("sources.manage")], sync_to_thread=True)
def list_sources(
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> Page[views.SourceView]:
    """Sources with their write keys, in the order of their making."""
    rows = api.sources(storage.control, caller.workspace.id, after=_seen(after), limit=limit + 1, now=now)
    return page(rows, limit, views.of_source, lambda row: public_id(row.created_at, row.id))


@post("/sources", guards=[require("sources.manage")], sync_to_thread=True)
def create_source(
    data: JSONBody[views.NewSource],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views.SourceView:
    """Make a source with its first write key."""
    made = api.create_source(
        storage.control,
        caller,
        kind=data.kind,
        name=data.name,
        is_test=data.is_test,
        settings=data.settings,
        now=now,
    )
    return views.of_source(made)


@get("/sources/{source:str}", guards=[require("sources.manage")], sync_to_thread=True)
def get_source(
    source: Id, caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> views.SourceView:
    """One source."""
    return views.of_source(api.source(storage.control, caller, internal_id(source), now=now))


@patch("/sources/{source:str}", guards=[require("sources.manage")], sync_to_thread=True)
def change_source(
    data: JSONBody[views.SourceChange],
    source: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views.SourceView:
    """Rename, disable or enable a source, or mark its events as a test."""
    changed = api.change_source(
        storage.control,
        caller,
        internal_id(source),
        name=data.name,
        state=data.state,
        is_test=data.is_test,
        settings=data.settings,
        now=now,
    )
    return views.of_source(changed)


@post(
    "/sources/{source:str}/rotate", status_code=200, guards=[require("sources.manage")], sync_to_thread=True
)
def rotate_write_key(
    data: JSONBody[views.Rotation],
    source: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views.SourceView:
    """Give a source a fresh write key; earlier ones stay usable for the grace period."""
    turned = api.rotate(
        storage.control, caller, internal_id(source), grace_seconds=data.grace_seconds, now=now
    )
    return views.of_source(turned)


@get("/users", guards=[require("users.manage")], sync_to_thread=True)
def list_users(
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> Page[views.UserView]:
    """Users in the order of their making."""
    rows = api.users(storage.control, caller.workspace.id, after=_seen(after), limit=limit + 1)
    return page(rows, limit, views.of_user, lambda row: public_id(row.created_at, row.id))


@get("/users/{user:str}", guards=[require("users.manage")], sync_to_thread=True)
def get_user(user: Id, caller: NamedDependency[Caller], storage: NamedDependency[Storage]) -> views.UserView:
    """One user."""
    return views.of_user(api.one_user(storage.control, caller, internal_id(user)))


@post("/users", guards=[require("users.manage")], sync_to_thread=True)
def create_user(
    data: JSONBody[views.NewUser],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    passwords: NamedDependency[Passwords],
    now: NamedDependency[int],
) -> views.UserView:
    """Make a user. Nobody gives a role with rights that they lack; only an owner makes an owner."""
    made = api.create_user(
        storage.control, passwords, caller, login=data.login, password=data.password, role=data.role, now=now
    )
    return views.of_user(made)


@patch("/users/{user:str}", guards=[require("users.manage")], sync_to_thread=True)
def change_user(
    data: JSONBody[views.UserChange],
    user: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views.UserView:
    """Change a user's role, disable or enable them; they are signed out."""
    changed = api.change_user(
        storage.control, caller, internal_id(user), role=data.role, state=data.state, now=now
    )
    return views.of_user(changed)


@post("/users/{user:str}/password", status_code=204, guards=[require("users.manage")], sync_to_thread=True)
def set_password(
    data: JSONBody[views.NewPassword],
    user: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    passwords: NamedDependency[Passwords],
    now: NamedDependency[int],
) -> None:
    """Give a user another password; they are signed out."""
    api.set_password(storage.control, passwords, caller, internal_id(user), data.password, now=now)


@delete("/users/{user:str}/second-factor", guards=[require("users.manage")], sync_to_thread=True)
def reset_second_factor(
    user: Id, caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> None:
    """Take a lost second factor from a user; they are signed out."""
    api.reset_second_factor(storage.control, caller, internal_id(user), now=now)


@delete("/users/{user:str}/account", guards=[require("users.manage")], sync_to_thread=True)
def forget_account(
    user: Id, caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> None:
    """Let a user come in by another account of the identity provider; they are signed out."""
    api.forget_account(storage.control, caller, internal_id(user), now=now)


@get("/lockouts", guards=[require("users.manage")], sync_to_thread=True)
def list_lockouts(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> list[views_membership.LockoutView]:
    """Logins of users and addresses that wait after failed sign-ins, those that wait longest first."""
    return [views_membership.of_lockout(one) for one in api.lockouts(storage.control, caller, now=now)]


@post("/lockouts/lift", status_code=204, guards=[require("users.manage")], sync_to_thread=True)
def lift_lockout(
    data: JSONBody[views_membership.LockoutLifted],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> None:
    """Hear a login or an address of this workspace again at once."""
    api.lift(storage.control, caller, data.kind, data.subject, now=now)


@get("/tokens", guards=[require("users.manage")], sync_to_thread=True)
def list_tokens(
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> Page[views.TokenView]:
    """Tokens in the order of their making, without their secrets."""
    rows = api.tokens(storage.control, caller.workspace.id, after=_seen(after), limit=limit + 1)
    return page(rows, limit, views.of_token, lambda row: public_id(row.created_at, row.id))


@post("/tokens", guards=[require("users.manage")], sync_to_thread=True)
def create_token(
    data: JSONBody[views.TokenRequest],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views.NewTokenView:
    """Make a token with some of the caller's own rights. Its secret is shown this once."""
    made = api.create_token(
        storage.control, caller, name=data.name, scopes=data.scopes, expires_at=data.expires_at, now=now
    )
    return views.NewTokenView(views.of_token(made.token), made.secret)


@delete("/tokens/{token:str}", guards=[require("users.manage")], sync_to_thread=True)
def revoke_token(
    token: Id, caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> None:
    """End a token at once."""
    api.revoke(storage.control, caller, internal_id(token), now=now)


@get("/audit", guards=[require("audit.read")], sync_to_thread=True)
def list_audit(
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> Page[views.AuditView]:
    """Who did what, the latest first."""
    before = internal_id(after) if after else LATEST
    rows = api.audit(storage.control, caller.workspace.id, before=before, limit=limit + 1)
    return page(rows, limit, views.of_audited, lambda row: public_id(row.at, row.id))


@get("/settings", guards=[require("settings.manage")], sync_to_thread=True)
def get_settings(caller: NamedDependency[Caller], storage: NamedDependency[Storage]) -> views.SettingsView:
    """Settings of the workspace."""
    return views.of_settings(caller.workspace, api.settings(storage.control, caller.workspace.id))


@patch("/settings", guards=[require("settings.manage")], sync_to_thread=True)
def change_settings(
    data: JSONBody[views.SettingsChange],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views.SettingsView:
    """Change settings of the workspace."""
    given = data.staff_identifiers
    workspace, changed = api.change_settings(
        storage,
        caller,
        name=data.name,
        timezone=data.timezone,
        staff_ips=data.staff_ips,
        staff_identifiers=None if given is None else [(one.kind, one.value) for one in given],
        now=now,
    )
    return views.of_settings(workspace, changed)


@get("/sign-in-rules", guards=[require("settings.manage")], sync_to_thread=True)
def get_sign_in_rules(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage]
) -> views_sign_in.RulesView:
    """Who needs a second factor, and how long sessions last."""
    return views_sign_in.of_rules(api.sign_in_rules(storage.control, caller.workspace.id))


@put("/sign-in-rules", guards=[require("settings.manage")], sync_to_thread=True)
def change_sign_in_rules(
    data: JSONBody[views_sign_in.RulesView],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views_sign_in.RulesView:
    """Let other rules of sign-in hold. Who lacks a second factor that is now required is signed out."""
    wanted = views_sign_in.rules_of(data)
    return views_sign_in.of_rules(api.change_sign_in_rules(storage.control, caller, wanted, now=now))


@get("/identity-provider", guards=[require("settings.manage")], sync_to_thread=True)
def get_identity_provider(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage]
) -> views_membership.ProviderView:
    """The provider that vouches for users, without its secret; its words are empty where there is none."""
    try:
        held = api.identity_provider(storage.control, caller.workspace.id)
    except NotFound:
        held = IdentityProvider("", "")
    return views_membership.of_provider(held)


@put("/identity-provider", guards=[require("settings.manage")], sync_to_thread=True)
def change_identity_provider(
    data: JSONBody[views_membership.ProviderChange],
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views_membership.ProviderView:
    """Let a provider vouch for users. It can let anybody in as anybody, so this needs every right."""
    gate: Gate = request.app.state.gate
    wanted = IdentityProvider(data.issuer, data.client_id, data.login_claim, tuple(data.domains))
    changed = api.change_identity_provider(
        storage, gate.providers, caller, wanted, secret=data.client_secret, now=now
    )
    return views_membership.of_provider(changed)


@delete("/identity-provider", guards=[require("settings.manage")], sync_to_thread=True)
def remove_identity_provider(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> None:
    """Let nobody in by a provider any more."""
    api.remove_identity_provider(storage.control, caller, now=now)


def _seen(after: str) -> int:
    """The id that a page follows."""
    return internal_id(after) if after else 0


routes = [
    Router(
        "/api/{workspace:str}",
        route_handlers=[
            *http_sign_in.routes,
            *http_invitations.routes,
            *http_roles.routes,
            *http_rows.routes,
            list_sources,
            create_source,
            get_source,
            change_source,
            rotate_write_key,
            list_users,
            get_user,
            create_user,
            change_user,
            set_password,
            reset_second_factor,
            forget_account,
            list_lockouts,
            lift_lockout,
            list_tokens,
            create_token,
            revoke_token,
            list_audit,
            get_settings,
            change_settings,
            get_sign_in_rules,
            change_sign_in_rules,
            get_identity_provider,
            change_identity_provider,
            remove_identity_provider,
        ],
        tags=["access"],
    )
]
