"""How many users a workspace may have. In: a workspace. Out: its limit, or a refusal.

Invariant: whoever becomes a user, is enabled or invited passes here first, one at a time in each workspace, so that
two at once cannot both take the last seat. Users who are disabled and invitations that are not open take no seat.
"""

from konnektu.access import membership_store, store
from konnektu.access.audit import record
from konnektu.access.caller import Caller
from konnektu.access.model import Seats
from konnektu.core.errors import Conflict, Unprocessable
from konnektu.storage.api import Db

NONE_LEFT = (
    "This workspace may have {most} users, and has {users} and {invited} invited. Disable a user or withdraw an "
    "invitation, or ask whoever runs the installation for more."
)


def seats(control: Db, workspace: int, *, now: int) -> Seats:
    """Return the limit of a workspace, and what is taken of it."""
    with control.transaction() as conn:
        return membership_store.lock_seats(conn, workspace, at=now)


def change_limit(control: Db, by: Caller, most: int | None, *, now: int) -> Seats:
    """Let a workspace have so many users, or any number for None. Who is there stays, also beyond the limit."""
    if most is not None and most < 1:
        raise Unprocessable("A workspace has one user at least.")
    with control.transaction() as conn:
        membership_store.lock_seats(conn, by.workspace.id, at=now)
        membership_store.change_limit(conn, by.workspace.id, most)
        record(conn, by, "user_limit.changed", by.workspace.slug, {"most": most}, now=now)
        return membership_store.lock_seats(conn, by.workspace.id, at=now)


def take_seat(conn: store.type_of_conn, workspace: int, *, now: int) -> None:
    """Go on only where one more seat is free; holds the workspace's seats until the transaction ends."""
    _refuse_over(membership_store.lock_seats(conn, workspace, at=now), is_invited=False)


def take_own_seat(conn: store.type_of_conn, workspace: int, *, now: int) -> None:
    """The same for somebody invited, whose invitation is no longer counted: only a lowered limit refuses them."""
    _refuse_over(membership_store.lock_seats(conn, workspace, at=now), is_invited=True)


def _refuse_over(taken: Seats, *, is_invited: bool) -> None:
    others = taken.users if is_invited else taken.users + taken.invited
    if taken.most is not None and others >= taken.most:
        raise Conflict(NONE_LEFT.format(most=taken.most, users=taken.users, invited=taken.invited))
