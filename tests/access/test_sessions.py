"""Sessions are shown and ended by their user, and by who may manage the user."""

from collections.abc import Callable

import pytest

from konnektu.access.api import (
    Caller,
    Credentials,
    Passwords,
    Role,
    SignedIn,
    SignIn,
    audit,
    caller_of_request,
    create_user,
    end_other_sessions,
    end_own_session,
    end_session_of,
    end_sessions_of,
    own_sessions,
    sessions_of,
    sign_in,
)
from konnektu.core.clock import HOUR, MINUTE, MovableClock
from konnektu.core.errors import Forbidden, NotFound, SignInNeeded
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.access.conftest import NOW, PASSWORD

type_of_enter = Callable[..., tuple[str, Caller]]


@pytest.fixture
def look(storage: Storage, workspace: WorkspaceRecord, clock: MovableClock) -> Callable[[str], Caller]:
    """The caller behind a cookie."""

    def look(cookie: str) -> Caller:
        return caller_of_request(storage, Credentials(slug=workspace.slug, cookie=cookie), now=clock.now_ms())

    return look


@pytest.fixture
def enter(
    storage: Storage,
    passwords: Passwords,
    workspace: WorkspaceRecord,
    clock: MovableClock,
    look: Callable[[str], Caller],
) -> type_of_enter:
    """Sign in from an address; returns the cookie and the caller."""

    def enter(login: str = "olga", ip: str = "192.0.2.1") -> tuple[str, Caller]:
        tried = SignIn(slug=workspace.slug, login=login, password=PASSWORD, ip=ip, user_agent="Firefox")
        begun = sign_in(storage, passwords, tried, now=clock.now_ms())
        assert isinstance(begun, SignedIn)
        return begun.secret, look(begun.secret)

    return enter


@pytest.fixture
def hire(storage: Storage, passwords: Passwords, system: Caller) -> Callable[[str, Role], int]:
    """Make a user; returns the id."""

    def hire(login: str, role: Role) -> int:
        made = create_user(
            storage.control, passwords, system, login=login, password=PASSWORD, role=role, now=NOW
        )
        return made.id

    return hire


@pytest.mark.usefixtures("owner")
class TestOnesOwn:
    def test_those_alive_are_shown_the_last_used_first(
        self, storage: Storage, enter: type_of_enter, clock: MovableClock, look: Callable[[str], Caller]
    ) -> None:
        first, _ = enter(ip="192.0.2.1")
        enter(ip="192.0.2.2")
        clock.advance(11 * HOUR)
        look(first)
        clock.advance(2 * HOUR)
        _, me = enter(ip="192.0.2.3")
        shown = own_sessions(storage.control, me, now=clock.now_ms())
        assert [(one.ip, one.is_current) for one in shown] == [("192.0.2.3", True), ("192.0.2.1", False)]
        assert shown[1].seen_at - shown[1].created_at == 11 * HOUR

    def test_one_is_ended_and_the_others_go_on(
        self, storage: Storage, enter: type_of_enter, look: Callable[[str], Caller]
    ) -> None:
        lost, _ = enter(ip="192.0.2.9")
        here, me = enter()
        (number,) = [one.id for one in own_sessions(storage.control, me, now=NOW) if not one.is_current]
        end_own_session(storage.control, me, number, now=NOW)
        with pytest.raises(SignInNeeded):
            look(lost)
        assert look(here).login == "olga"
        with pytest.raises(NotFound):
            end_own_session(storage.control, me, number, now=NOW)

    def test_all_others_end_at_once(
        self, storage: Storage, enter: type_of_enter, look: Callable[[str], Caller]
    ) -> None:
        others = [enter()[0] for _ in range(3)]
        here, me = enter()
        assert end_other_sessions(storage.control, me, now=NOW) == 3
        for cookie in others:
            with pytest.raises(SignInNeeded):
                look(cookie)
        assert look(here).login == "olga"

    def test_anothers_is_not_found(
        self, storage: Storage, enter: type_of_enter, hire: Callable[[str, Role], int]
    ) -> None:
        hire("max", "analyst")
        _, max_ = enter("max")
        _, olga = enter()
        (foreign,) = own_sessions(storage.control, olga, now=NOW)
        with pytest.raises(NotFound):
            end_own_session(storage.control, max_, foreign.id, now=NOW)

    def test_a_token_has_none(self, storage: Storage, system: Caller) -> None:
        with pytest.raises(Forbidden):
            own_sessions(storage.control, system, now=NOW)


@pytest.mark.usefixtures("owner")
class TestOfOthers:
    def test_an_administrator_ends_them_and_it_is_told(
        self, storage: Storage, enter: type_of_enter, hire: Callable[[str, Role], int], workspace: WorkspaceRecord,
        look: Callable[[str], Caller],
    ) -> None:  # fmt: skip
        number = hire("max", "analyst")
        hire("anna", "administrator")
        cookies = [enter("max")[0] for _ in range(3)]
        _, anna = enter("anna")
        latest = sessions_of(storage.control, anna, number, now=NOW)[0]
        end_session_of(storage.control, anna, number, latest.id, now=NOW)
        with pytest.raises(SignInNeeded):
            look(cookies[2])
        assert end_sessions_of(storage.control, anna, number, now=NOW) == 2
        for cookie in cookies:
            with pytest.raises(SignInNeeded):
                look(cookie)
        told = [
            (one.what, one.about, one.actor.name) for one in audit(storage.control, workspace.id, limit=2)
        ]
        assert told == [("sessions.ended", "max", "anna"), ("session.ended", "max", "anna")]

    def test_nobody_ends_those_of_who_holds_more(
        self, storage: Storage, enter: type_of_enter, hire: Callable[[str, Role], int]
    ) -> None:
        hire("anna", "administrator")
        _, anna = enter("anna")
        cookie, olga = enter()
        with pytest.raises(Forbidden, match=r"privacy\.erase"):
            end_sessions_of(storage.control, anna, olga.user, now=NOW)
        assert cookie

    def test_a_user_of_another_workspace_is_not_found(self, storage: Storage, system: Caller) -> None:
        for number in (1, 2**40):
            with pytest.raises(NotFound):
                sessions_of(storage.control, system, number, now=NOW + MINUTE)
