"""Who calls is remembered for a moment; whatever ends a token, a session or a right is obeyed by the next request.

The memory of these tests forgets nothing by age, so that what is dropped was dropped by the change itself.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from konnektu.access.api import (
    Caller,
    Credentials,
    Passwords,
    SignedIn,
    SignIn,
    caller_of_request,
    change_own_password,
    change_user,
    create_token,
    create_user,
    revoke,
    set_password,
    sign_in,
    sign_out,
    system_caller,
)
from konnektu.access.recognition import is_remembered
from konnektu.core.clock import MINUTE
from konnektu.core.errors import KonnektuError, NotFound, Retry, SignInNeeded
from konnektu.storage.api import (
    Storage,
    WorkspaceRecord,
    create_workspace,
    drop_workspace,
    pause_workspace,
    resume_workspace,
)
from konnektu.storage.recent import Recent
from tests.access.conftest import NOW, PASSWORD


@pytest.fixture(autouse=True)
def _long_memory(storage: Storage) -> Iterator[None]:
    usual, storage.recent = storage.recent, Recent(storage.control, seconds=3600)
    yield
    storage.recent = usual


class Door:
    """One request after another with the same credentials."""

    def __init__(self, storage: Storage, slug: str, **shown: Any) -> None:
        self._storage = storage
        self._shown = Credentials(slug=slug, **shown)

    def caller(self, now: int = NOW) -> Caller:
        return caller_of_request(self._storage, self._shown, now=now)

    def is_remembered(self, now: int = NOW) -> bool:
        return is_remembered(self._storage, self._shown, now=now)

    def warm(self) -> "Door":
        """Come in twice: the first use is written down, and the next is remembered."""
        self.caller()
        self.caller()
        assert self.is_remembered()
        return self


@pytest.fixture
def token(storage: Storage, system: Caller, workspace: WorkspaceRecord) -> Callable[[], tuple[Door, int]]:
    """A token's door, remembered, and the token's id."""

    def token() -> tuple[Door, int]:
        made = create_token(storage.control, system, name="CRM", scopes=["events.read"], now=NOW)
        return Door(storage, workspace.slug, bearer=made.secret).warm(), made.token.id

    return token


@pytest.fixture
def session(
    storage: Storage, passwords: Passwords, owner: str, workspace: WorkspaceRecord
) -> Callable[[], Door]:
    """The door of a fresh session of the owner, remembered."""

    def session() -> Door:
        tried = SignIn(slug=workspace.slug, login=owner, password=PASSWORD, ip="192.0.2.7")
        begun = sign_in(storage, passwords, tried, now=NOW)
        assert isinstance(begun, SignedIn)
        door = Door(storage, workspace.slug, cookie=begun.secret)
        door.caller()
        assert door.is_remembered()
        return door

    return session


def assert_shut(door: Door, kind: type[KonnektuError] = SignInNeeded) -> None:
    with pytest.raises(kind):
        door.caller()


def test_a_remembered_caller_costs_no_question(
    storage: Storage, token: Callable[[], tuple[Door, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    door, _ = token()
    monkeypatch.setattr(storage, "control", None)
    assert door.caller().login == "CRM"


def test_a_revoked_token(storage: Storage, system: Caller, token: Callable[[], tuple[Door, int]]) -> None:
    door, number = token()
    revoke(storage.control, system, number, now=NOW)
    assert_shut(door)


def test_a_token_that_ends_while_it_is_remembered(
    storage: Storage, system: Caller, workspace: WorkspaceRecord
) -> None:
    made = create_token(
        storage.control, system, name="b", scopes=["events.read"], now=NOW, expires_at=NOW + 10
    )
    door = Door(storage, workspace.slug, bearer=made.secret).warm()
    with pytest.raises(SignInNeeded):
        door.caller(NOW + 10)


def test_a_session_that_was_signed_out(storage: Storage, session: Callable[[], Door]) -> None:
    door = session()
    sign_out(storage, door.caller())
    assert_shut(door)


@pytest.mark.parametrize("change", [{"role": "analyst"}, {"state": "disabled"}], ids=["role", "state"])
def test_a_user_with_another_role_or_disabled(
    storage: Storage,
    passwords: Passwords,
    system: Caller,
    workspace: WorkspaceRecord,
    change: dict[str, Any],
) -> None:
    create_user(storage.control, passwords, system, login="Max", password=PASSWORD, role="marketer", now=NOW)
    tried = SignIn(slug=workspace.slug, login="max", password=PASSWORD, ip="192.0.2.8")
    begun = sign_in(storage, passwords, tried, now=NOW)
    assert isinstance(begun, SignedIn)
    door = Door(storage, workspace.slug, cookie=begun.secret).warm()
    change_user(storage.control, system, door.caller().user, **change, now=NOW)
    assert_shut(door)


def test_another_password_ends_the_other_sessions(
    storage: Storage, passwords: Passwords, system: Caller, session: Callable[[], Door]
) -> None:
    mine, other = session(), session()
    change_own_password(
        storage.control, passwords, mine.caller(), present=PASSWORD, password="another horse", now=NOW
    )
    assert mine.caller().login == "olga"
    assert_shut(other)
    set_password(storage.control, passwords, system, mine.caller().user, PASSWORD, now=NOW)
    assert_shut(mine)


def test_a_paused_and_a_dropped_workspace(storage: Storage) -> None:
    shop = create_workspace(storage, "remembered-shop", "Shop", created_at=NOW)
    made = create_token(storage.control, system_caller(shop), name="a", scopes=["events.read"], now=NOW)
    door = Door(storage, shop.slug, bearer=made.secret).warm()
    pause_workspace(storage, shop, "a look is needed")
    assert_shut(door, Retry)
    resume_workspace(storage, shop)
    door.warm()
    drop_workspace(storage, shop)
    assert_shut(door)


def test_a_remembered_caller_still_belongs_to_one_workspace(
    storage: Storage, system: Caller, workspace: WorkspaceRecord
) -> None:
    made = create_token(storage.control, system, name="c", scopes=["events.read"], now=NOW)
    Door(storage, workspace.slug, bearer=made.secret).warm()
    assert_shut(Door(storage, "some-other-shop", bearer=made.secret), NotFound)


def test_the_last_use_is_still_written_once_a_minute(token: Callable[[], tuple[Door, int]]) -> None:
    door, _ = token()
    assert not door.is_remembered(NOW + MINUTE)
    door.caller(NOW + MINUTE)
    door.caller(NOW + MINUTE)
    assert door.is_remembered(NOW + MINUTE)
