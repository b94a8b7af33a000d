"""In: a caller and a provider that is to vouch for users. Out: the workspace's identity provider.

Invariant: a provider can let anybody in as anybody, so only who holds every right names one; its secret is sealed.
"""

import re
from collections.abc import Sequence

from konnektu.access import logic, membership_store
from konnektu.access.audit import record
from konnektu.access.caller import Caller
from konnektu.access.model import RIGHTS, IdentityProvider
from konnektu.access.providers import Client, Providers
from konnektu.core.errors import NotFound, Unprocessable
from konnektu.core.secrets import seal, unseal
from konnektu.storage.api import Db, Storage

USE = "identity provider of workspace"
CLAIM = re.compile(r"[A-Za-z0-9_:/.-]{1,100}")
DOMAIN = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}")


def identity_provider(control: Db, workspace: int) -> IdentityProvider:
    """Return a workspace's identity provider. Raises `NotFound` where it has none."""
    with control.read() as conn:
        kept = membership_store.identity_provider(conn, workspace)
    if kept is None:
        raise NotFound("This workspace has no identity provider.")
    return kept.provider


def change_identity_provider(
    storage: Storage,
    providers: Providers,
    by: Caller,
    wanted: IdentityProvider,
    *,
    secret: str | None,
    now: int,
) -> IdentityProvider:
    """Let another provider vouch for users; without a secret the one that is kept stays. Returns it in normal form."""
    logic.refuse_to_outgrow(by.rights, RIGHTS)
    wanted = IdentityProvider(
        issuer=providers.checked_issuer(wanted.issuer),
        client_id=wanted.client_id.strip(),
        login_claim=_checked_claim(wanted.login_claim),
        domains=_checked_domains(wanted.domains),
    )
    with storage.control.transaction() as conn:
        kept = membership_store.identity_provider(conn, by.workspace.id)
        if not secret and (kept is None or kept.provider.issuer != wanted.issuer):
            # A kept secret must not be sent to somebody else.
            raise Unprocessable("Give the client secret with another provider.")
        workspace = by.workspace.id
        sealed = seal(storage.secret_key, f"{USE} {workspace}", secret.encode()) if secret else None
        membership_store.save_identity_provider(
            conn, workspace, wanted, sealed or (kept.secret if kept else b"")
        )
        detail = {"issuer": wanted.issuer, "client_id": wanted.client_id, "domains": wanted.domains}
        record(conn, by, "identity_provider.changed", by.workspace.slug, detail, now=now)
    return wanted


def remove_identity_provider(control: Db, by: Caller, *, now: int) -> None:
    """Let nobody in by a provider any more. Raises `NotFound` where there is none."""
    with control.transaction() as conn:
        if not membership_store.remove_identity_provider(conn, by.workspace.id):
            raise NotFound("This workspace has no identity provider.")
        record(conn, by, "identity_provider.removed", by.workspace.slug, now=now)


def provider_of_link(storage: Storage, slug: str) -> tuple[int, IdentityProvider, Client] | None:
    """Return (workspace, provider, what it knows the workspace as) of a link; None where there is none."""
    with storage.control.read() as conn:
        kept = membership_store.identity_provider_of_link(conn, slug)
    if kept is None:
        return None
    secret = unseal(storage.secret_key, f"{USE} {kept.workspace}", kept.secret).decode()
    return kept.workspace, kept.provider, Client(kept.provider.client_id, secret)


def has_identity_provider(storage: Storage, slug: str) -> bool:
    """Whether people of a link may sign in by a provider."""
    with storage.control.read() as conn:
        return membership_store.identity_provider_of_link(conn, slug) is not None


def _checked_claim(claim: str) -> str:
    if not CLAIM.fullmatch(claim):
        raise Unprocessable(
            "A claim is written as the provider spells it, such as email or preferred_username."
        )
    return claim


def _checked_domains(domains: Sequence[str]) -> tuple[str, ...]:
    normal = tuple(dict.fromkeys(one.strip().casefold().removeprefix("@") for one in domains))
    wrong = [one for one in normal if not DOMAIN.fullmatch(one)]
    if wrong:
        raise Unprocessable(f"{wrong[0]!r} is no domain. Write it as example.org.")
    return normal
