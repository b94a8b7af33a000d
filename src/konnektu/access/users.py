"""In: a caller and what they want of a user. Out: users. Invariant: nobody gives, or takes, rights they do not hold;
a workspace that has an owner who can sign in keeps one.
"""

from konnektu.access import logic, membership_store, sign_in_store, store, throttling
from konnektu.access.audit import record
from konnektu.access.caller import Caller
from konnektu.access.model import Right, Role, User, UserState
from konnektu.access.passwords import Passwords
from konnektu.access.roles import rights_of_role, roles
from konnektu.access.seats import take_seat
from konnektu.core.errors import Conflict, Forbidden, NotFound
from konnektu.storage.api import Db

GRANTORS_MOST = 20
"""Whom a person is told to ask; a longer list helps nobody."""


def create_user(
    control: Db,
    passwords: Passwords,
    by: Caller,
    *,
    login: str,
    password: str,
    role: Role,
    now: int,
    name: str = "",
) -> User:
    """Make a user who can sign in at once. Raises `Conflict` where the login is taken or no seat is free."""
    login = logic.normal_login(login)
    hashed = passwords.hash(logic.checked_password(password))
    with control.transaction() as conn:
        refuse_beyond(conn, by, role)
        take_seat(conn, by.workspace.id, now=now)
        number = store.add_user(
            conn, by.workspace.id, login=login, name=name, password_hash=hashed, role=role, created_at=now
        )
        if number is None:
            raise Conflict(f"There is a user {login}. Choose another login.")
        record(conn, by, "user.created", login, {"role": role}, now=now)
        return found_user(conn, by, number)


def users(control: Db, workspace: int, *, after: int = 0, limit: int = 1_000) -> list[User]:
    """Return users in the order of their making, from ids above `after`."""
    with control.read() as conn:
        return store.users(conn, workspace, after=after, limit=limit)


def one_user(control: Db, by: Caller, number: int) -> User:
    """Return a user of the caller's workspace. Raises `NotFound`."""
    with control.read() as conn:
        found = store.users(conn, by.workspace.id, after=number - 1, limit=1)
    if not found or found[0].id != number:
        raise NotFound("There is no such user in this workspace.")
    return found[0]


def grantors(control: Db, workspace: int, right: Right) -> list[User]:
    """Return users who can give a right to others: active, without a limit of rows, the earliest first; a few."""
    able = [one.name for one in roles(control, workspace) if {"users.manage", right} <= set(one.rights)]
    with control.read() as conn:
        return store.users_of_roles(conn, workspace, able, limit=GRANTORS_MOST)


def find_user(control: Db, workspace: int, login: str) -> int | None:
    """Return the id of the user with a login, in any spelling of its case, or None."""
    with control.read() as conn:
        return store.user_id(conn, workspace, logic.normal_login(login))


def change_user(
    control: Db,
    by: Caller,
    number: int,
    *,
    now: int,
    role: Role | None = None,
    state: UserState | None = None,
) -> User:
    """Change role or state of a user and sign them out where they lose something. Returns the user."""
    with control.transaction() as conn:
        owners = store.lock_active_owners(conn, by.workspace.id)
        before = found_user(conn, by, number)
        role, state = role or before.role, state or before.state
        refuse_beyond(conn, by, before.role)
        refuse_beyond(conn, by, role)
        if owners == [number] and (role != "owner" or state != "active"):
            raise Conflict("This is the last owner who can sign in. Make another owner first.")
        if (before.state, state) == ("disabled", "active"):
            take_seat(conn, by.workspace.id, now=now)
        store.change_user(conn, by.workspace.id, number, role=role, state=state)
        if (role, state) != (before.role, before.state):
            sign_in_store.end_sessions_of_user(conn, number)
        was = {"role": before.role, "state": before.state}
        record(conn, by, "user.changed", before.login, {"role": role, "state": state, "before": was}, now=now)
        return found_user(conn, by, number)


def set_password(
    control: Db, passwords: Passwords, by: Caller, number: int, password: str, *, now: int
) -> None:
    """Give another user a password and sign them out everywhere."""
    hashed = passwords.hash(logic.checked_password(password))
    with control.transaction() as conn:
        before = found_user(conn, by, number)
        refuse_beyond(conn, by, before.role)
        store.change_password(conn, by.workspace.id, number, hashed)
        sign_in_store.end_sessions_of_user(conn, number)
        record(conn, by, "user.password_set", before.login, now=now)


def reset_second_factor(control: Db, by: Caller, number: int, *, now: int) -> None:
    """Take a lost second factor from another user and sign them out. Raises `NotFound` where there is none."""
    with control.transaction() as conn:
        before = found_user(conn, by, number)
        refuse_beyond(conn, by, before.role)
        if not sign_in_store.remove_second_factor(conn, number):
            raise NotFound("This user has no second factor.")
        sign_in_store.end_sessions_of_user(conn, number)
        record(conn, by, "second_factor.reset", before.login, now=now)


def forget_account(control: Db, by: Caller, number: int, *, now: int) -> None:
    """Let a user come in by another account of the identity provider, and sign them out.

    Raises `NotFound` where they are bound to none.
    """
    with control.transaction() as conn:
        before = found_user(conn, by, number)
        refuse_beyond(conn, by, before.role)
        if not membership_store.forget_subject(conn, number):
            raise NotFound("This user is bound to no account of an identity provider.")
        sign_in_store.end_sessions_of_user(conn, number)
        record(conn, by, "account.forgotten", before.login, now=now)


def change_own_password(
    control: Db, passwords: Passwords, by: Caller, *, present: str, password: str, now: int
) -> None:
    """Change the caller's own password and sign them out everywhere else.

    Raises `Forbidden` where the present password is wrong or the caller is a token, `TooMany` as signing in does: a
    stolen session guesses the password no faster than a stranger.
    """
    if not by.user:
        raise Forbidden("A token has no password. Sign in as a user.")
    logic.checked_password(password)
    keys = throttling.count_failure(control, by.workspace.slug, by.login, by.actor.ip, now)
    with control.read() as conn:
        hashed = store.password_hash(conn, by.workspace.id, by.user)
    if not passwords.is_right(hashed, present):
        raise Forbidden("Your present password is another one.")
    fresh = passwords.hash(password)
    with control.transaction() as conn:
        throttling.take_back(conn, keys, now)
        store.change_password(conn, by.workspace.id, by.user, fresh)
        sign_in_store.end_sessions_of_user(conn, by.user, kept=by.session)
        record(conn, by, "user.password_changed", by.login, now=now)


def found_user(conn: store.type_of_conn, by: Caller, number: int) -> User:
    """Return a user of the caller's workspace, locked. Raises `NotFound`."""
    found = store.user(conn, by.workspace.id, number)
    if found is None:
        raise NotFound("There is no such user in this workspace.")
    return found


def refuse_beyond(conn: store.type_of_conn, by: Caller, role: Role) -> None:
    """Only an owner makes or changes an owner; for the rest the rights decide."""
    if role == "owner" and by.role != "owner":
        raise Forbidden("Only an owner can make or change an owner.")
    logic.refuse_to_outgrow(by.rights, rights_of_role(conn, by.workspace.id, role))
