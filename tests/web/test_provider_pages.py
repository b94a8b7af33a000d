"""Signing in by an identity provider, in a browser, against a provider that checks and one that lies."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from joserfc import jwk

from konnektu.access.api import (
    Passwords,
    Providers,
    audit,
    change_identity_provider,
    change_limit,
    create_user,
    find_user,
    forget_account,
    invite,
    remove_identity_provider,
    users,
)
from konnektu.access.model import IdentityProvider
from konnektu.core.clock import SECOND, MovableClock
from konnektu.core.config import Config
from konnektu.core.errors import NotFound
from tests.doubles.openid import CLIENT, SECRET, OpenId, running
from tests.web.house import NOW, PASSWORD, House

INNER = Config(outgoing_networks=("127.0.0.0/8",))


@pytest.fixture
def openid(clock: MovableClock) -> Iterator[OpenId]:
    with running(clock.now_ms() // SECOND) as provider:
        yield provider


@pytest.fixture
def named(house: House, openid: OpenId) -> Iterator[Callable[..., None]]:
    """Name the provider for the workspace, as its system does."""

    def named(**more: Any) -> None:
        wanted = IdentityProvider(openid.issuer, CLIENT, **more)
        change_identity_provider(
            house.storage, Providers(INNER), house.system, wanted, secret=SECRET, now=NOW
        )

    named()
    yield named
    remove_identity_provider(house.storage.control, house.system, now=NOW)


@pytest.fixture
def listed(house: House, openid: OpenId) -> str:
    """A user whom the provider knows: each of a login and a subject of their own."""
    login = f"{house.fresh('anna')}@shop.example"
    openid.claims = {"sub": login, "email": login.upper(), "email_verified": True}
    create_user(
        house.storage.control, Passwords(time_cost=1, memory_kib=64), house.system,
        login=login, password=PASSWORD, role="analyst", now=NOW,
    )  # fmt: skip
    return login


def out_and_back(client: httpx.Client) -> str:
    """Leave for the provider and sign in there; returns the address it leads back to."""
    left = client.get("/web-shop/sign-in/provider")
    assert left.status_code == 303, left.text[-700:]
    back = httpx.get(left.headers["location"])
    assert back.status_code == 302
    return str(back.headers["location"])


def travelled(client: httpx.Client) -> httpx.Response:
    return client.get(out_and_back(client))


def assert_refused(answer: httpx.Response, status: int = 401) -> None:
    assert answer.status_code == status, answer.text
    assert 'role="alert"' in answer.text
    assert "konnektu_web-shop=" not in answer.headers.get("set-cookie", "")


@pytest.mark.usefixtures("named")
class TestListed:
    def test_who_is_listed_comes_in(self, client: httpx.Client, house: House, listed: str) -> None:
        assert "/web-shop/sign-in/provider" in client.get("/web-shop/").text
        answer = travelled(client)
        assert (answer.status_code, answer.headers["location"]) == (303, "/web-shop/")
        me = client.get(house.path("/me")).json()
        assert (me["login"], me["role"]) == (listed, "analyst")
        told = audit(house.storage.control, house.workspace.id, limit=1)[0]
        assert (told.what, told.about) == ("sign_in.accepted", listed)
        assert "provider" in told.detail

    def test_the_secret_goes_the_way_that_the_provider_takes_it(
        self, client: httpx.Client, openid: OpenId, listed: str
    ) -> None:
        openid.methods = ["client_secret_post"]
        assert travelled(client).headers["location"] == "/web-shop/"

    def test_who_has_an_open_invitation_becomes_a_user(
        self, client: httpx.Client, house: House, openid: OpenId
    ) -> None:
        login = f"{house.fresh('guest')}@shop.example"
        openid.claims = {"sub": login, "email": login, "email_verified": True}
        assert_refused(travelled(client))
        invite(house.storage.control, house.system, name="Guest", login=login, role="analyst", now=NOW)
        assert travelled(client).status_code == 303
        made = next(one for one in users(house.storage.control, house.workspace.id) if one.login == login)
        assert (made.name, made.role) == ("Guest", "analyst")

    def test_nobody_registers_themselves(self, client: httpx.Client, house: House, openid: OpenId) -> None:
        openid.claims["email"] = "stranger@shop.example"
        before = len(users(house.storage.control, house.workspace.id))
        assert_refused(travelled(client))
        assert len(users(house.storage.control, house.workspace.id)) == before

    def test_an_address_that_goes_to_another_person_does_not_open_the_first_ones_account(
        self, client: httpx.Client, house: House, openid: OpenId, listed: str
    ) -> None:
        assert travelled(client).status_code == 303
        openid.claims["sub"] = "somebody else"
        assert_refused(travelled(client))
        number = find_user(house.storage.control, house.workspace.id, listed)
        assert number
        forget_account(house.storage.control, house.system, number, now=NOW)
        with pytest.raises(NotFound):
            forget_account(house.storage.control, house.system, number, now=NOW)
        assert client.get(house.path("/me")).status_code == 401, "signed out"
        assert travelled(client).status_code == 303

    def test_an_unverified_address_is_nobodys(
        self, client: httpx.Client, openid: OpenId, listed: str
    ) -> None:
        for said in (False, None, "true"):
            openid.claims["email_verified"] = said
            assert_refused(travelled(client))

    def test_other_domains_stay_out(
        self, client: httpx.Client, openid: OpenId, listed: str, named: Callable[..., None]
    ) -> None:
        named(domains=("@Other.Example",))
        assert_refused(travelled(client))
        named(domains=("other.example", "shop.example"))
        assert travelled(client).status_code == 303

    def test_another_claim_may_name_the_login(
        self, client: httpx.Client, house: House, openid: OpenId, listed: str, named: Callable[..., None]
    ) -> None:
        named(login_claim="preferred_username")
        assert_refused(travelled(client))
        openid.claims = {"sub": listed, "preferred_username": listed}
        assert travelled(client).status_code == 303

    def test_no_seat_is_told(self, client: httpx.Client, house: House, openid: OpenId) -> None:
        login = f"{house.fresh('late')}@shop.example"
        openid.claims = {"sub": login, "email": login, "email_verified": True}
        invite(house.storage.control, house.system, name="Late", login=login, role="analyst", now=NOW)
        change_limit(house.storage.control, house.system, 1, now=NOW)
        try:
            assert_refused(travelled(client), 409)
        finally:
            change_limit(house.storage.control, house.system, None, now=NOW)


@pytest.mark.usefixtures("named", "listed")
class TestLies:
    @pytest.mark.parametrize(
        "lie",
        [
            {"aud": "another"},
            {"aud": [CLIENT, "another"]},
            {"azp": "another"},
            {"nonce": "of another sign-in"},
            {"iss": "https://another.example"},
            {"exp": NOW // SECOND - 120},
            {"iat": NOW // SECOND + 3600},
            {"sub": None},
            {"exp": None},
        ],
        ids=str,
    )
    def test_a_wrong_claim_opens_nothing(
        self, client: httpx.Client, openid: OpenId, clock: MovableClock, lie: dict[str, Any]
    ) -> None:
        shift = clock.now_ms() // SECOND - NOW // SECOND
        openid.over = {
            name: value + shift if name in {"exp", "iat"} and value else value for name, value in lie.items()
        }
        assert_refused(travelled(client))

    @pytest.mark.parametrize("algorithm", ["none", "HS256"])
    def test_an_unsigned_or_shared_key_token_opens_nothing(
        self, client: httpx.Client, openid: OpenId, algorithm: str
    ) -> None:
        openid.algorithm = algorithm
        assert_refused(travelled(client))

    def test_a_foreign_key_under_a_known_name_opens_nothing(
        self, client: httpx.Client, openid: OpenId
    ) -> None:
        openid.signed_with = jwk.RSAKey.generate_key(2048)
        assert_refused(travelled(client))

    def test_a_clock_may_be_a_minute_apart(self, client: httpx.Client, openid: OpenId) -> None:
        openid.now += 50
        assert travelled(client).status_code == 303
        openid.now -= 390
        assert travelled(client).status_code == 303


@pytest.mark.usefixtures("named", "listed")
class TestBrowsers:
    def test_state_belongs_to_the_browser_that_left(self, client: httpx.Client) -> None:
        back = out_and_back(client)
        kept = client.cookies["konnektu_trip_web-shop"]
        client.cookies.clear()
        assert_refused(client.get(back))
        client.cookies.set("konnektu_trip_web-shop", kept)
        head, _, _ = back.partition("&state=")
        assert_refused(client.get(f"{head}&state=guess"))
        assert client.get(back).status_code == 303

    def test_an_answer_is_good_once(self, client: httpx.Client) -> None:
        back = out_and_back(client)
        kept = client.cookies["konnektu_trip_web-shop"]
        assert client.get(back).status_code == 303
        client.cookies.clear()
        client.cookies.set("konnektu_trip_web-shop", kept)
        assert_refused(client.get(back), 503)

    def test_a_trip_is_over_after_ten_minutes(self, client: httpx.Client, clock: MovableClock) -> None:
        back = out_and_back(client)
        clock.advance(600 * SECOND)
        assert_refused(client.get(back))

    def test_a_refusal_of_the_provider_leads_to_the_door(self, client: httpx.Client) -> None:
        client.get("/web-shop/sign-in/provider")
        assert_refused(client.get("/web-shop/sign-in/provider/back?error=access_denied&state=x"))

    def test_another_issuer_in_the_answer_is_refused(self, client: httpx.Client) -> None:
        head, _, _ = out_and_back(client).partition("&iss=")
        assert_refused(client.get(f"{head}&iss=https://evil.example"))


@pytest.mark.usefixtures("named", "listed")
class TestProvider:
    def test_rotated_keys_are_fetched_for_the_key_that_is_not_known(
        self, client: httpx.Client, openid: OpenId, clock: MovableClock
    ) -> None:
        assert travelled(client).status_code == 303
        openid.asked.clear()
        assert travelled(client).status_code == 303
        assert "/keys" not in openid.asked
        clock.advance(11 * SECOND)
        openid.rotate()
        assert travelled(client).status_code == 303
        assert openid.asked.count("/keys") == 1

    def test_a_provider_that_is_away_leaves_the_password(self, client: httpx.Client, openid: OpenId) -> None:
        openid.is_away = True
        answer = client.get("/web-shop/sign-in/provider")
        assert answer.status_code == 503
        assert 'name="password"' in answer.text


def test_without_a_provider_there_is_no_way_to_it(client: httpx.Client, house: House) -> None:
    for slug in ("web-shop", "no-such-shop"):
        assert "sign-in/provider" not in client.get(f"/{slug}/").text
        assert client.get(f"/{slug}/sign-in/provider").status_code == 404
        assert client.get(f"/{slug}/sign-in/provider/back?code=x&state=y").status_code == 401
