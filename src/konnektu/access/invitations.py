"""In: a caller and a named person. Out: an invitation with its link's secret, and the user it becomes.

Invariant: nobody registers themselves: a user comes from an invitation of somebody who holds the rights they give; an
invitation is good once, in its term, until it is withdrawn, and only its hash is kept.
"""

import secrets

from msgspec import Struct

from konnektu.access import logic, membership_store, store
from konnektu.access.audit import record
from konnektu.access.caller import Caller
from konnektu.access.model import Actor, Invitation, NewInvitation, Role, SecondStep, SignedIn
from konnektu.access.passwords import Passwords
from konnektu.access.seats import take_own_seat, take_seat
from konnektu.access.sign_in import entered_by_invitation
from konnektu.access.users import refuse_beyond
from konnektu.core.clock import DAY
from konnektu.core.errors import Conflict, NotFound, Unprocessable
from konnektu.storage.api import Db, Storage

RANDOM_BYTES = 32
DAYS_USUAL, DAYS_MOST = 7, 30
NAME_MOST = 200
NOT_OPEN = "This invitation is not open: it was used or withdrawn, or its term is over. Ask for another one."


class Acceptance(Struct, frozen=True, kw_only=True):
    """Somebody who comes by an invitation, as they came."""

    slug: str
    secret: str
    password: str
    ip: str
    user_agent: str = ""


def invite(
    control: Db, by: Caller, *, name: str, login: str, role: Role, days: int = DAYS_USUAL, now: int
) -> NewInvitation:
    """Invite a named person for so many days; the secret of the link is returned this once.

    Raises `Conflict` where the login is taken or invited already, or no seat is free.
    """
    name, login = _checked_name(name), logic.normal_login(login)
    if not 1 <= days <= DAYS_MOST:
        raise Unprocessable(f"An invitation is open for 1 to {DAYS_MOST} days.")
    secret = secrets.token_urlsafe(RANDOM_BYTES)
    with control.transaction() as conn:
        refuse_beyond(conn, by, role)
        take_seat(conn, by.workspace.id, now=now)
        _refuse_taken(conn, by, login, now)
        wanted = Invitation(0, name, login, role, now, by.login, now + days * DAY)
        made = membership_store.add_invitation(conn, by.workspace.id, logic.hashed(secret), wanted)
        detail = {"name": name, "role": role, "days": days}
        record(conn, by, "invitation.created", login, detail, now=now)
    return NewInvitation(made, secret)


def invitations(control: Db, workspace: int, *, after: int = 0, limit: int = 1_000) -> list[Invitation]:
    """Return invitations in the order of their making, from ids above `after`."""
    with control.read() as conn:
        return membership_store.invitations(conn, workspace, after=after, limit=limit)


def link_of_invitation(home: str, slug: str, secret: str) -> str:
    """Return the link that a person opens to accept."""
    return f"{home}/{slug}/invitation/{secret}"


def withdraw(control: Db, by: Caller, number: int, *, now: int) -> None:
    """End an open invitation. Raises `NotFound`, and `Conflict` where it is not open."""
    with control.transaction() as conn:
        kept = membership_store.invitation(conn, by.workspace.id, number)
        if kept is None:
            raise NotFound("There is no such invitation in this workspace.")
        refuse_beyond(conn, by, kept.role)
        if logic.state_of(kept, now) != "open":
            raise Conflict("This invitation is not open any more.")
        membership_store.withdraw_invitation(conn, number, at=now)
        record(conn, by, "invitation.withdrawn", kept.login, now=now)


def open_invitation(control: Db, slug: str, secret: str, *, now: int) -> Invitation:
    """Return the open invitation of a link. Raises `NotFound`, the same for every other one."""
    with control.read() as conn:
        kept = membership_store.invitation_by_hash(conn, slug, logic.hashed(secret))
    if kept is None or logic.state_of(kept[1], now) != "open":
        raise NotFound(NOT_OPEN)
    return kept[1]


def accept(storage: Storage, passwords: Passwords, by: Acceptance, *, now: int) -> SignedIn | SecondStep:
    """Become a user with a password, and sign in; of two at once one comes in.

    Raises `NotFound` for an invitation that is not open, `Unprocessable` for a password that breaks the rule.
    """
    open_invitation(storage.control, by.slug, by.secret, now=now)
    hashed = passwords.hash(logic.checked_password(by.password))
    with storage.control.transaction() as conn:
        found = membership_store.invitation_by_hash(conn, by.slug, logic.hashed(by.secret))
        if found is None:
            raise NotFound(NOT_OPEN)
        workspace, invited = found
        add_invited(conn, workspace, invited, hashed, by.ip, now=now)
    return entered_by_invitation(storage, by.slug, invited.login, by.ip, by.user_agent, now=now)


def add_invited(
    conn: store.type_of_conn, workspace: int, invited: Invitation, hashed: str, ip: str, *, now: int
) -> None:
    """Use an invitation up and make its user. Raises `NotFound` where it is not open, `Conflict` without a seat."""
    if not membership_store.accept_invitation(conn, invited.id, at=now):
        raise NotFound(NOT_OPEN)
    take_own_seat(conn, workspace, now=now)
    login, role = invited.login, invited.role
    added = store.add_user(
        conn, workspace, login=login, name=invited.name, password_hash=hashed, role=role, created_at=now
    )
    if added is None:
        raise Conflict(f"There is a user {login}. Ask for an invitation under another login.")
    actor = Actor("user", login, ip)
    detail = {"name": invited.name, "role": role, "invited_by": invited.created_by}
    store.add_audit(conn, workspace, actor, what="invitation.accepted", about=login, detail=detail, at=now)


def _refuse_taken(conn: store.type_of_conn, by: Caller, login: str, now: int) -> None:
    if store.user_id(conn, by.workspace.id, login) is not None:
        raise Conflict(f"There is a user {login}. Choose another login.")
    if membership_store.is_invited(conn, by.workspace.id, login, at=now):
        raise Conflict(f"{login} is invited already. Withdraw that invitation first.")


def _checked_name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= NAME_MOST or not name.isprintable():
        raise Unprocessable(f"A person's name has 1 to {NAME_MOST} printable characters.")
    return name
