"""In: a connection to the control schema. Out: roles, seats, invitations and identity providers, and rows written.

Invariant: one short function per query of `membership_queries.sql`, no decisions.
"""

from pathlib import Path
from typing import Any, NamedTuple

import aiosql
import msgspec

from konnektu.access.model import (
    IdentityProvider,
    Invitation,
    RoleRecord,
    Seats,
)
from konnektu.access.store import type_of_conn

Q: Any = aiosql.from_path(Path(__file__).with_name("membership_queries.sql"), "psycopg")


class ProviderRow(NamedTuple):
    """An identity provider with its secret."""

    workspace: int
    provider: IdentityProvider
    secret: bytes
    """Sealed."""


def roles(conn: type_of_conn, workspace: int) -> list[RoleRecord]:
    """Return the roles that a workspace made, by name."""
    return [_role(row) for row in Q.roles(conn, workspace=workspace)]


def role(conn: type_of_conn, workspace: int, name: str, *, is_to_change: bool) -> RoleRecord | None:
    """Return a role that a workspace made, or None; it stays, or is the caller's alone, until the transaction ends."""
    ask = Q.role_to_change if is_to_change else Q.role
    row = ask(conn, workspace=workspace, name=name)
    return _role(row) if row else None


def holders_of_roles(conn: type_of_conn, workspace: int) -> dict[str, int]:
    """Return how many users have each role that anybody has."""
    return dict(Q.holders_of_roles(conn, workspace=workspace))


def add_role(conn: type_of_conn, workspace: int, made: RoleRecord, *, at: int) -> bool:
    """Add a role; return False where the name is taken."""
    added: int = Q.add_role(
        conn, workspace=workspace, name=made.name, title=made.title, rights=list(made.rights), created_at=at
    )
    return added == 1


def change_role(conn: type_of_conn, workspace: int, changed: RoleRecord) -> None:
    """Write title and rights of a role that is locked."""
    Q.change_role(
        conn, workspace=workspace, name=changed.name, title=changed.title, rights=list(changed.rights)
    )


def is_role_in_use(conn: type_of_conn, workspace: int, name: str, *, at: int) -> bool:
    """Whether a user, or an invitation open at an instant, has a role."""
    found: bool = Q.is_role_in_use(conn, workspace=workspace, name=name, at=at)
    return found


def remove_role(conn: type_of_conn, workspace: int, name: str) -> None:
    """Remove a role that is locked."""
    Q.remove_role(conn, workspace=workspace, name=name)


def identity_provider(conn: type_of_conn, workspace: int) -> ProviderRow | None:
    """Return a workspace's identity provider, or None."""
    return _provider(Q.identity_provider(conn, workspace=workspace))


def identity_provider_of_link(conn: type_of_conn, slug: str) -> ProviderRow | None:
    """Return the identity provider of the workspace of a link, or None."""
    return _provider(Q.identity_provider_of_link(conn, slug=slug))


def save_identity_provider(
    conn: type_of_conn, workspace: int, provider: IdentityProvider, sealed: bytes
) -> None:
    """Write a workspace's identity provider with its sealed secret."""
    Q.save_identity_provider(
        conn,
        workspace=workspace,
        issuer=provider.issuer,
        client_id=provider.client_id,
        client_secret=sealed,
        login_claim=provider.login_claim,
        domains=list(provider.domains),
    )


def remove_identity_provider(conn: type_of_conn, workspace: int) -> bool:
    """Remove a workspace's identity provider; return False where there is none."""
    removed: int = Q.remove_identity_provider(conn, workspace=workspace)
    return removed == 1


def is_subject(conn: type_of_conn, user: int, issuer: str, subject: str) -> bool:
    """Whether a provider knows a user as this subject; the first one that it names is kept."""
    (known,) = Q.known_subject(conn, user=user, issuer=issuer, subject=subject)
    return bool(known == subject)


def forget_subject(conn: type_of_conn, user: int) -> bool:
    """Forget whom a provider knows a user as; return False where it knows nobody."""
    forgotten: int = Q.forget_subject(conn, user=user)
    return forgotten == 1


def open_invitation_of_login(conn: type_of_conn, workspace: int, login: str, *, at: int) -> Invitation | None:
    """Return the invitation of a login that is open at an instant, locked, or None."""
    row = Q.open_invitation_of_login(conn, workspace=workspace, login=login, at=at)
    return Invitation(*row) if row else None


def lock_seats(conn: type_of_conn, workspace: int, *, at: int) -> Seats:
    """Return the limit of users and what is taken of it at an instant, locked until the transaction ends."""
    most = Q.lock_limit(conn, workspace=workspace)
    users, invited = Q.taken_seats(conn, workspace=workspace, at=at)
    return Seats(most, users, invited)


def change_limit(conn: type_of_conn, workspace: int, most: int | None) -> None:
    """Write the limit of users, which is locked."""
    Q.change_limit(conn, workspace=workspace, most=most)


def add_invitation(conn: type_of_conn, workspace: int, hashed: bytes, wanted: Invitation) -> Invitation:
    """Add an open invitation, known by a hash; return it with its id."""
    number: int = Q.add_invitation(
        conn,
        workspace=workspace,
        hash=hashed,
        name=wanted.name,
        login=wanted.login,
        role=wanted.role,
        created_at=wanted.created_at,
        created_by=wanted.created_by,
        expires_at=wanted.expires_at,
    )
    return msgspec.structs.replace(wanted, id=number)


def invitations(conn: type_of_conn, workspace: int, *, after: int, limit: int) -> list[Invitation]:
    """Return invitations with ids above `after`."""
    return [Invitation(*row) for row in Q.invitations(conn, workspace=workspace, after=after, limit=limit)]


def invitation(conn: type_of_conn, workspace: int, number: int) -> Invitation | None:
    """Return one invitation, locked until the transaction ends, or None."""
    row = Q.invitation(conn, workspace=workspace, id=number)
    return Invitation(*row) if row else None


def invitation_by_hash(conn: type_of_conn, slug: str, hashed: bytes) -> tuple[int, Invitation] | None:
    """Return (workspace, invitation) of a link's secret, or None."""
    row = Q.invitation_by_hash(conn, slug=slug, hash=hashed)
    return (row[0], Invitation(*row[1:])) if row else None


def is_invited(conn: type_of_conn, workspace: int, login: str, *, at: int) -> bool:
    """Whether an invitation for a login is open."""
    found: bool = Q.is_invited(conn, workspace=workspace, login=login, at=at)
    return found


def accept_invitation(conn: type_of_conn, number: int, *, at: int) -> bool:
    """Use an invitation up; return False where it is not open."""
    accepted: int = Q.accept_invitation(conn, id=number, at=at)
    return accepted == 1


def withdraw_invitation(conn: type_of_conn, number: int, *, at: int) -> None:
    """End an invitation that is locked."""
    Q.withdraw_invitation(conn, id=number, at=at)


def _provider(row: tuple[Any, ...] | None) -> ProviderRow | None:
    if row is None:
        return None
    workspace, issuer, client_id, login_claim, domains, secret = row
    return ProviderRow(workspace, IdentityProvider(issuer, client_id, login_claim, tuple(domains)), secret)


def _role(row: tuple[Any, ...]) -> RoleRecord:
    name, title, rights = row
    return RoleRecord(name, title, tuple(rights))
