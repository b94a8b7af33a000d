"""Who may name an identity provider, and what is kept of it."""

import pytest

from konnektu.access.api import (
    RIGHTS,
    Caller,
    IdentityProvider,
    Providers,
    change_identity_provider,
    identity_provider,
    remove_identity_provider,
)
from konnektu.access.id_tokens import Expected, WrongToken, claims_of, key_id, usable_keys
from konnektu.access.identity_provider import provider_of_link
from konnektu.access.model import Actor
from konnektu.access.sign_in_provider import login_of
from konnektu.core.config import Config
from konnektu.core.errors import Forbidden, NotFound, Unprocessable
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.access.conftest import NOW

WANTED = IdentityProvider("https://id.example.org/", "shop", domains=("@Shop.Example",))
PROVIDERS = Providers(Config())


def named(
    storage: Storage, by: Caller, wanted: IdentityProvider = WANTED, secret: str | None = "s3"
) -> IdentityProvider:
    return change_identity_provider(storage, PROVIDERS, by, wanted, secret=secret, now=NOW)


def test_it_is_kept_in_normal_form_and_its_secret_sealed(
    storage: Storage, system: Caller, workspace: WorkspaceRecord
) -> None:
    made = named(storage, system)
    assert made == IdentityProvider("https://id.example.org", "shop", "email", ("shop.example",))
    assert identity_provider(storage.control, workspace.id) == made
    found = provider_of_link(storage, workspace.slug)
    assert found
    assert (found[2].secret, repr(found[2])) == ("s3", "Client(shop)")
    with storage.control.read() as conn:
        assert "s3" not in str(conn.execute("SELECT client_secret FROM identity_provider").fetchall())


def test_who_lacks_a_right_names_none(storage: Storage, workspace: WorkspaceRecord) -> None:
    """A provider of one's own could let anybody in as the owner."""
    rights = RIGHTS - {"privacy.erase"}
    by = Caller(workspace=workspace, actor=Actor("user", "anna"), rights=rights, role="administrator")
    with pytest.raises(Forbidden, match=r"privacy\.erase"):
        named(storage, by)
    with pytest.raises(NotFound):
        identity_provider(storage.control, workspace.id)


def test_a_kept_secret_goes_to_no_other_provider(storage: Storage, system: Caller) -> None:
    with pytest.raises(Unprocessable, match="client secret"):
        named(storage, system, secret=None)
    named(storage, system)
    renamed = IdentityProvider("https://id.example.org", "another client")
    assert named(storage, system, renamed, secret=None).client_id == "another client"
    with pytest.raises(Unprocessable, match="client secret"):
        named(storage, system, IdentityProvider("https://evil.example.org", "shop"), secret=None)


@pytest.mark.parametrize(
    "wrong",
    [
        IdentityProvider("http://id.example.org", "shop"),
        IdentityProvider("ftp://id.example.org", "shop"),
        IdentityProvider("https://", "shop"),
        IdentityProvider("https://id.example.org?x=1", "shop"),
        IdentityProvider("https://id.example.org", "shop", "a claim"),
        IdentityProvider("https://id.example.org", "shop", domains=("no domain",)),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(storage: Storage, system: Caller, wrong: IdentityProvider) -> None:
    with pytest.raises(Unprocessable):
        named(storage, system, wrong)


def test_without_one_nobody_comes_in(storage: Storage, system: Caller, workspace: WorkspaceRecord) -> None:
    named(storage, system)
    remove_identity_provider(storage.control, system, now=NOW)
    assert provider_of_link(storage, workspace.slug) is None
    with pytest.raises(NotFound):
        remove_identity_provider(storage.control, system, now=NOW)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "Ж.Ж.Ж", "." * 10, "e30.e30."], ids=repr)
def test_what_is_no_token_is_refused(token: str) -> None:
    for believe in (key_id, lambda text: claims_of(text, [], Expected("i", "c", "n"), now=NOW)):
        with pytest.raises(WrongToken):
            believe(token)


@pytest.mark.parametrize(
    "published", [{}, {"keys": None}, {"keys": ["x", {"kty": "oct"}, {"kty": "RSA", "use": "enc"}]}]
)
def test_keys_that_check_nothing_are_left_out(published: dict) -> None:
    assert usable_keys(published) == []


@pytest.mark.parametrize(
    ("claims", "login"),
    [
        ({"email": "Olga@Shop.Example", "email_verified": True}, "olga@shop.example"),
        ({"email": "olga@shop.example"}, ""),
        ({"email": "olga@shop.example", "email_verified": "true"}, ""),
        ({"email": "olga@evilshop.example", "email_verified": True}, ""),
        ({"email": "olga@shop.example@evil.example", "email_verified": True}, ""),
        ({}, ""),
    ],
    ids=str,
)
def test_a_login_is_named_by_a_verified_address_of_a_domain(claims: dict, login: str) -> None:
    assert login_of(IdentityProvider("i", "c", domains=("shop.example",)), claims) == login
