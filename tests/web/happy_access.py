"""Requests of access that work, beyond the plain ones. Importing this adds them to `happy.HAPPY`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pyotp
from msgspec.structs import replace

from konnektu.access.api import (
    IdentityProvider,
    Passwords,
    Providers,
    Role,
    SignInRules,
    change_identity_provider,
    change_sign_in_rules,
    create_user,
    invite,
    sign_in_rules,
)
from konnektu.core.clock import SECOND
from konnektu.core.config import Config
from tests.doubles.openid import CLIENT, SECRET, OpenId, running
from tests.web.happy import happy, made, simple
from tests.web.house import NOW, PASSWORD, House, bearer

simple("get_sign_in_rules", "/sign-in-rules")
simple("list_invitations", "/invitations?limit=1")
simple("get_seats", "/seats")
simple("list_lockouts", "/lockouts")
simple("list_rights", "/rights")
simple("list_roles", "/roles")
simple("list_grantors", "/rights/orders.read/grantors")

INNER = Config(outgoing_networks=("127.0.0.0/8",))
QUICK = Passwords(time_cost=1, memory_kib=64)


def code_of(secret: str, at: int = NOW) -> str:
    """What an authenticator app shows at an instant in milliseconds."""
    return pyotp.TOTP(secret).at(at // SECOND)


def user(house: House, role: Role = "analyst") -> str:
    """The login of a fresh user whose password is PASSWORD."""
    login = house.fresh("person")
    create_user(
        house.storage.control, QUICK, house.system, login=login, password=PASSWORD, role=role, now=NOW
    )
    return login


class Person:
    """Somebody in a browser of their own kind: each change repeats what the session said."""

    def __init__(self, client: httpx.Client, house: House, login: str) -> None:
        self.client, self.house, self.login = client, house, login
        self.csrf = ""

    def begin(self) -> httpx.Response:
        """Give the login and the password."""
        self.client.cookies.clear()
        body = {"login": self.login, "password": PASSWORD}
        return self.kept(self.client.post(self.house.path("/sign-in"), json=body))

    def kept(self, answer: httpx.Response) -> httpx.Response:
        if answer.status_code == 200 and "csrf" in answer.json():
            self.csrf = answer.json()["csrf"]
        return answer

    def post(self, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        headers = {"X-CSRF-Token": self.csrf} if self.csrf else {}
        return self.kept(self.client.post(self.house.path(path), json=body, headers=headers))

    def set_up(self) -> str:
        """Turn a second factor on by a session; returns its secret."""
        offer = self.post("/me/second-factor", {"password": PASSWORD}).json()
        body = {"offer": offer["offer"], "code": code_of(offer["secret"], NOW - 30 * SECOND)}
        answer = self.post("/me/second-factor/confirm", body)
        assert answer.status_code == 200, answer.text
        return str(offer["secret"])


def signed_in(client: httpx.Client, house: House, role: Role = "analyst") -> Person:
    person = Person(client, house, user(house, role))
    assert person.begin().status_code == 200
    return person


@contextmanager
def required(house: House) -> Iterator[None]:
    """While it lasts, read_only users need a second factor."""
    before = sign_in_rules(house.storage.control, house.workspace.id)
    wanted = replace(before, second_factor_roles=("read_only",))
    change_sign_in_rules(house.storage.control, house.system, wanted, now=NOW)
    yield
    change_sign_in_rules(house.storage.control, house.system, SignInRules(), now=NOW)


@happy("change_sign_in_rules")
def _(client: httpx.Client, house: House) -> httpx.Response:
    body = {
        "is_second_factor_required": False,
        "second_factor_roles": [],
        "idle_minutes": 720,
        "life_hours": 168,
    }
    return client.put(house.path("/sign-in-rules"), json=body, headers=bearer(house.token))


@happy("get_second_factor")
def _(client: httpx.Client, house: House) -> httpx.Response:
    signed_in(client, house)
    return client.get(house.path("/me/second-factor"))


@happy("offer_second_factor")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return signed_in(client, house).post("/me/second-factor", {"password": PASSWORD})


@happy("confirm_second_factor")
def _(client: httpx.Client, house: House) -> httpx.Response:
    person = signed_in(client, house)
    offer = person.post("/me/second-factor", {"password": PASSWORD}).json()
    body = {"offer": offer["offer"], "code": code_of(offer["secret"])}
    return person.post("/me/second-factor/confirm", body)


@happy("renew_recovery_codes")
def _(client: httpx.Client, house: House) -> httpx.Response:
    person = signed_in(client, house)
    body = {"password": PASSWORD, "code": code_of(person.set_up())}
    return person.post("/me/second-factor/recovery-codes", body)


@happy("turn_second_factor_off")
def _(client: httpx.Client, house: House) -> httpx.Response:
    person = signed_in(client, house)
    body = {"password": PASSWORD, "code": code_of(person.set_up())}
    return person.post("/me/second-factor/off", body)


@happy("enter_code")
def _(client: httpx.Client, house: House) -> httpx.Response:
    person = signed_in(client, house)
    secret = person.set_up()
    assert person.begin().json()["needs"] == "code"
    return person.post("/sign-in/code", {"code": code_of(secret)})


@happy("begin_enrolment")
def _(client: httpx.Client, house: House) -> httpx.Response:
    with required(house):
        person = Person(client, house, user(house, "read_only"))
        assert person.begin().json()["needs"] == "enrolment"
        return person.post("/sign-in/enrolment")


@happy("finish_enrolment")
def _(client: httpx.Client, house: House) -> httpx.Response:
    with required(house):
        person = Person(client, house, user(house, "read_only"))
        person.begin()
        offer = person.post("/sign-in/enrolment").json()
        body = {"offer": offer["offer"], "code": code_of(offer["secret"])}
        return person.post("/sign-in/enrolment/confirm", body)


@happy("reset_second_factor")
def _(client: httpx.Client, house: House) -> httpx.Response:
    person = signed_in(client, house)
    person.set_up()
    client.cookies.clear()
    number = number_of(client, house, person.login)
    return client.delete(house.path(f"/users/{number}/second-factor"), headers=bearer(house.token))


def at_second_step(client: httpx.Client, house: House) -> tuple[str, str]:
    """A browser at the page that asks for the code; returns the factor's secret and the page's text."""
    person = signed_in(client, house)
    secret = person.set_up()
    person.begin()
    return secret, client.get(f"/{house.workspace.slug}/sign-in/step").text


@happy("step_page")
def _(client: httpx.Client, house: House) -> httpx.Response:
    at_second_step(client, house)
    return client.get(f"/{house.workspace.slug}/sign-in/step")


@happy("step_by_page")
def _(client: httpx.Client, house: House) -> httpx.Response:
    secret, page = at_second_step(client, house)
    token = page.partition('name="token" value="')[2].partition('"')[0]
    form = {"token": token, "code": code_of(secret)}
    return client.post(f"/{house.workspace.slug}/sign-in/step", data=form)


def number_of(client: httpx.Client, house: House, login: str) -> str:
    """The id of a user."""
    users = client.get(house.path("/users?limit=1000"), headers=bearer(house.token)).json()["items"]
    return str(next(one["id"] for one in users if one["login"] == login))


def sessions_of(client: httpx.Client, house: House) -> tuple[str, list[dict[str, Any]]]:
    """A fresh user with two sessions: the path of their sessions and what it shows. The client keeps no cookie."""
    person = signed_in(client, house)
    person.begin()
    client.cookies.clear()
    path = house.path(f"/users/{number_of(client, house, person.login)}/sessions")
    return path, client.get(path, headers=bearer(house.token)).json()


@happy("list_own_sessions")
def _(client: httpx.Client, house: House) -> httpx.Response:
    signed_in(client, house)
    return client.get(house.path("/me/sessions"))


@happy("end_own_session_by_api")
def _(client: httpx.Client, house: House) -> httpx.Response:
    person = signed_in(client, house)
    (session,) = client.get(house.path("/me/sessions")).json()
    headers = {"X-CSRF-Token": person.csrf}
    return client.delete(house.path(f"/me/sessions/{session['id']}"), headers=headers)


@happy("end_other_sessions_by_api")
def _(client: httpx.Client, house: House) -> httpx.Response:
    person = signed_in(client, house)
    person.begin()
    answer = person.post("/me/sessions/end-others")
    assert answer.json() == {"ended": 1}
    return answer


@happy("list_sessions")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path, shown = sessions_of(client, house)
    assert len(shown) == 2
    return client.get(path, headers=bearer(house.token))


@happy("end_session")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path, shown = sessions_of(client, house)
    return client.delete(f"{path}/{shown[0]['id']}", headers=bearer(house.token))


@happy("end_sessions")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path, _ = sessions_of(client, house)
    answer = client.delete(path, headers=bearer(house.token))
    assert answer.json() == {"ended": 2}
    return answer


def invited(client: httpx.Client, house: House, role: Role = "analyst") -> tuple[str, str]:
    """The id and the link's secret of a fresh invitation."""
    body = {"name": "Max <b>Müller", "login": house.fresh("guest"), "role": role}
    shown = client.post(house.path("/invitations"), json=body, headers=bearer(house.token)).json()
    return str(shown["invitation"]["id"]), str(shown["link"]).rpartition("/")[2]


@happy("invite_person")
def _(client: httpx.Client, house: House) -> httpx.Response:
    body = {"name": "Анна", "login": house.fresh("guest"), "role": "marketer", "days": 1}
    return client.post(house.path("/invitations"), json=body, headers=bearer(house.token))


@happy("withdraw_invitation")
def _(client: httpx.Client, house: House) -> httpx.Response:
    number, _ = invited(client, house)
    return client.delete(house.path(f"/invitations/{number}"), headers=bearer(house.token))


@happy("accept_invitation")
def _(client: httpx.Client, house: House) -> httpx.Response:
    _, secret = invited(client, house)
    return client.post(house.path("/invitations/accept"), json={"secret": secret, "password": PASSWORD})


@happy("invitation_page")
def _(client: httpx.Client, house: House) -> httpx.Response:
    _, secret = invited(client, house)
    return client.get(f"/{house.workspace.slug}/invitation/{secret}")


@happy("accept_by_page")
def _(client: httpx.Client, house: House) -> httpx.Response:
    _, secret = invited(client, house)
    path = f"/{house.workspace.slug}/invitation/{secret}"
    token = client.get(path).text.partition('name="token" value="')[2].partition('"')[0]
    return client.post(path, data={"token": token, "password": PASSWORD})


def locked_out(client: httpx.Client, house: House) -> str:
    """The login of a user who has failed five times, each time from another address."""
    login = user(house)
    for number in range(5):
        headers = {"X-Test-Peer": f"198.51.103.{number}"}
        body = {"login": login, "password": "a wrong password"}
        assert client.post(house.path("/sign-in"), json=body, headers=headers).status_code == 401
    return login


@happy("lift_lockout")
def _(client: httpx.Client, house: House) -> httpx.Response:
    login = locked_out(client, house)
    shown = client.get(house.path("/lockouts"), headers=bearer(house.token)).json()
    assert {"kind": "login", "subject": login, "failures": 5, "blocked_until": NOW + 30 * SECOND} in shown
    body = {"kind": "login", "subject": login}
    return client.post(house.path("/lockouts/lift"), json=body, headers=bearer(house.token))


def own_role(client: httpx.Client, house: House) -> str:
    """The name of a fresh role that shows people without their personal data."""
    name = house.fresh("role").replace("-", "_")
    body = {"name": name, "title": "Склад <b>", "rights": ["profiles.read"]}
    answer = client.post(house.path("/roles"), json=body, headers=bearer(house.token))
    assert answer.status_code == 201, answer.text
    return name


@happy("create_role")
def _(client: httpx.Client, house: House) -> httpx.Response:
    body = {
        "name": house.fresh("keeper").replace("-", "_"),
        "title": "Кладовщик",
        "rights": ["orders.read", "catalogue.read"],
    }
    return client.post(house.path("/roles"), json=body, headers=bearer(house.token))


@happy("change_role")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = house.path(f"/roles/{own_role(client, house)}")
    return client.patch(path, json={"rights": ["orders.read"]}, headers=bearer(house.token))


@happy("remove_role")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = house.path(f"/roles/{own_role(client, house)}")
    return client.delete(path, headers=bearer(house.token))


@contextmanager
def provided(house: House) -> Iterator[OpenId]:
    """While it lasts, the workspace has an identity provider."""
    with running(NOW // SECOND) as openid:
        wanted = IdentityProvider(openid.issuer, CLIENT)
        change_identity_provider(
            house.storage, Providers(INNER), house.system, wanted, secret=SECRET, now=NOW
        )
        yield openid


def named(client: httpx.Client, house: House) -> httpx.Response:
    body = {
        "issuer": "https://id.example.org/",
        "client_id": "konnektu",
        "client_secret": "a secret",
        "domains": ["shop.example"],
    }
    return client.put(house.path("/identity-provider"), json=body, headers=bearer(house.token))


@happy("change_identity_provider")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return named(client, house)


@happy("get_identity_provider")
def _(client: httpx.Client, house: House) -> httpx.Response:
    named(client, house)
    answer = client.get(house.path("/identity-provider"), headers=bearer(house.token))
    assert "a secret" not in answer.text
    return answer


@happy("remove_identity_provider")
def _(client: httpx.Client, house: House) -> httpx.Response:
    named(client, house)
    return client.delete(house.path("/identity-provider"), headers=bearer(house.token))


@happy("leave_for_provider")
def _(client: httpx.Client, house: House) -> httpx.Response:
    with provided(house):
        return client.get(f"/{house.workspace.slug}/sign-in/provider")


@happy("come_back_from_provider")
def _(client: httpx.Client, house: House) -> httpx.Response:
    with provided(house) as openid:
        login = house.fresh("guest")
        openid.claims = {"sub": login, "email": f"{login}@shop.example", "email_verified": True}
        invite(
            house.storage.control, house.system,
            name="Max", login=f"{login}@shop.example", role="analyst", now=NOW,
        )  # fmt: skip
        left = client.get(f"/{house.workspace.slug}/sign-in/provider")
        return client.get(httpx.get(left.headers["location"]).headers["location"])


@happy("forget_account")
def _(client: httpx.Client, house: House) -> httpx.Response:
    with provided(house) as openid:
        login = f"{house.fresh('guest')}@shop.example"
        openid.claims = {"sub": login, "email": login, "email_verified": True}
        invite(house.storage.control, house.system, name="Max", login=login, role="analyst", now=NOW)
        left = client.get(f"/{house.workspace.slug}/sign-in/provider")
        assert client.get(httpx.get(left.headers["location"]).headers["location"]).status_code == 303
    client.cookies.clear()
    number = number_of(client, house, login)
    return client.delete(house.path(f"/users/{number}/account"), headers=bearer(house.token))


def limited_token(client: httpx.Client, house: House) -> str:
    body = {"name": house.fresh("token"), "scopes": ["profiles.read"]}
    return str(made(client, house, "/tokens", body).json()["token"]["id"])


@happy("get_rows_of_token")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = house.path(f"/tokens/{limited_token(client, house)}/rows")
    answer = client.get(path, headers=bearer(house.token))
    assert answer.json() == {"limit": {}}
    return answer


@happy("limit_rows_of_token")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = house.path(f"/tokens/{limited_token(client, house)}/rows")
    body = {"limit": {"store": ["7", "7 ", "1"]}}
    answer = client.put(path, json=body, headers=bearer(house.token))
    assert answer.json() == {"limit": {"store": ["1", "7"]}}
    assert client.get(path, headers=bearer(house.token)).json() == answer.json()
    return answer


@happy("get_rows_of_user")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = house.path(f"/users/{number_of(client, house, user(house))}/rows")
    return client.get(path, headers=bearer(house.token))


@happy("limit_rows_of_user")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = house.path(f"/users/{number_of(client, house, user(house))}/rows")
    return client.put(path, json={"limit": {"region": ["Тверь"]}}, headers=bearer(house.token))


@happy("get_user")
def _(client: httpx.Client, house: House) -> httpx.Response:
    login = user(house)
    answer = client.get(house.path(f"/users/{number_of(client, house, login)}"), headers=bearer(house.token))
    assert answer.json()["login"] == login
    return answer
