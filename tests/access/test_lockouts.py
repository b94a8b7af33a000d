"""Who waits after failed sign-ins is shown to administrators, who can release them."""

from collections.abc import Callable

import pytest

from konnektu.access.api import (
    Caller,
    Passwords,
    SignIn,
    audit,
    lift,
    lockouts,
    sign_in,
    system_caller,
)
from konnektu.access.model import Actor
from konnektu.core.clock import SECOND, MovableClock
from konnektu.core.errors import NotFound, SignInNeeded, TooMany
from konnektu.storage.api import Storage, WorkspaceRecord, create_workspace, drop_workspace
from tests.access.conftest import NOW, PASSWORD

type_of_fail = Callable[..., type]


@pytest.fixture
def fail(
    storage: Storage, passwords: Passwords, workspace: WorkspaceRecord, clock: MovableClock
) -> type_of_fail:
    """Try a password so many times; returns the type of the last refusal, or of the session."""

    def fail(
        times: int = 1,
        *,
        login: str = "olga",
        ip: str = "192.0.2.30",
        slug: str = "",
        password: str = "wrong",
    ) -> type:
        last: type = object
        for _ in range(times):
            tried = SignIn(slug=slug or workspace.slug, login=login, password=password, ip=ip)
            try:
                last = type(sign_in(storage, passwords, tried, now=clock.now_ms()))
            except (SignInNeeded, TooMany) as error:
                last = type(error)
        return last

    return fail


@pytest.fixture
def administrator(workspace: WorkspaceRecord) -> Caller:
    """A caller of the workspace alone, not of the whole installation."""
    return Caller(
        workspace=workspace, actor=Actor("user", "anna"), rights=system_caller(workspace).rights, role="owner"
    )


@pytest.mark.usefixtures("owner")
class TestLogins:
    def test_a_login_that_waits_is_shown_and_released(
        self, storage: Storage, administrator: Caller, fail: type_of_fail, workspace: WorkspaceRecord
    ) -> None:
        fail(4)
        assert lockouts(storage.control, administrator, now=NOW) == []
        fail()
        (shown,) = lockouts(storage.control, administrator, now=NOW)
        assert (shown.kind, shown.subject, shown.failures) == ("login", "olga", 5)
        assert shown.blocked_until == NOW + 30 * SECOND
        assert fail(password=PASSWORD) is TooMany
        lift(storage.control, administrator, "login", "OLGA", now=NOW)
        assert fail(password=PASSWORD).__name__ == "SignedIn"
        told = audit(storage.control, workspace.id, limit=2)[1]
        assert (told.what, told.about, told.detail) == ("lockout.lifted", "OLGA", {"kind": "login"})

    def test_it_is_gone_when_the_wait_is_over(
        self, storage: Storage, administrator: Caller, fail: type_of_fail, clock: MovableClock
    ) -> None:
        fail(5)
        clock.advance(30 * SECOND)
        assert lockouts(storage.control, administrator, now=clock.now_ms()) == []
        with pytest.raises(NotFound):
            lift(storage.control, administrator, "login", "olga", now=clock.now_ms())

    def test_an_unknown_login_waits_alike_and_is_not_shown(
        self, storage: Storage, administrator: Caller, fail: type_of_fail
    ) -> None:
        assert fail(5, login="nobody") is SignInNeeded
        assert fail(login="nobody") is TooMany
        assert lockouts(storage.control, administrator, now=NOW) == []

    def test_another_workspaces_login_is_neither_shown_nor_released(
        self, storage: Storage, fail: type_of_fail
    ) -> None:
        fail(5)
        other = create_workspace(storage, "lockout-shop", "Other", created_at=NOW)
        try:
            by = Caller(workspace=other, actor=Actor("user", "eve"), rights=system_caller(other).rights)
            assert lockouts(storage.control, by, now=NOW) == []
            with pytest.raises(NotFound):
                lift(storage.control, by, "login", "olga", now=NOW)
        finally:
            drop_workspace(storage, other)


@pytest.mark.usefixtures("owner")
class TestAddresses:
    def test_an_address_that_waits_is_shown_and_released(
        self, storage: Storage, administrator: Caller, fail: type_of_fail
    ) -> None:
        for number in range(30):
            fail(login=f"guess{number}", ip="2001:db8:9::1")
        (shown,) = lockouts(storage.control, administrator, now=NOW)
        assert (shown.kind, shown.subject) == ("address", "2001:db8:9::/64")
        assert fail(ip="2001:db8:9::2", password=PASSWORD) is TooMany
        lift(storage.control, administrator, "address", "2001:db8:9::7", now=NOW)
        assert fail(ip="2001:db8:9::2", password=PASSWORD).__name__ == "SignedIn"

    def test_what_is_shown_is_what_releases(
        self, storage: Storage, administrator: Caller, fail: type_of_fail
    ) -> None:
        for number in range(30):
            fail(login=f"guess{number}", ip="2001:db8:a::1")
        (shown,) = lockouts(storage.control, administrator, now=NOW)
        lift(storage.control, administrator, "address", shown.subject, now=NOW)
        assert lockouts(storage.control, administrator, now=NOW) == []

    def test_one_that_guesses_everywhere_waits_for_the_operator(
        self, storage: Storage, system: Caller, administrator: Caller, fail: type_of_fail
    ) -> None:
        for number in range(100):
            assert fail(login="olga", slug=f"guess-{number}") is SignInNeeded
        assert fail(password=PASSWORD) is TooMany
        assert lockouts(storage.control, administrator, now=NOW) == []
        with pytest.raises(NotFound):
            lift(storage.control, administrator, "address", "192.0.2.30", now=NOW)
        lift(storage.control, system, "address", "192.0.2.30", now=NOW)
        assert fail(password=PASSWORD).__name__ == "SignedIn"
