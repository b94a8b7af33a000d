"""Named people come in by invitation, once, in time, and never more of them than the workspace may have."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from konnektu.access.api import (
    Acceptance,
    Caller,
    Credentials,
    Passwords,
    SecondStep,
    SignedIn,
    SignInRules,
    accept,
    audit,
    caller_of_request,
    change_limit,
    change_sign_in_rules,
    change_user,
    create_token,
    create_user,
    invitations,
    invite,
    open_invitation,
    seats,
    users,
    withdraw,
)
from konnektu.access.logic import state_of
from konnektu.core.clock import DAY
from konnektu.core.errors import Conflict, Forbidden, KonnektuError, NotFound, Unprocessable
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.access.conftest import NOW, PASSWORD


class Desk:
    """A workspace whose system invites people."""

    def __init__(
        self, storage: Storage, passwords: Passwords, workspace: WorkspaceRecord, system: Caller
    ) -> None:
        self.storage, self.passwords, self.workspace, self.system = storage, passwords, workspace, system

    def invite(self, login: str = "max", days: int = 7) -> str:
        """The secret of a fresh invitation."""
        made = invite(
            self.storage.control, self.system, name="Max", login=login, role="analyst", days=days, now=NOW
        )
        return made.secret

    def accept(
        self, secret: str, *, password: str = PASSWORD, slug: str = "", now: int = NOW
    ) -> SignedIn | SecondStep:
        slug = slug or self.workspace.slug
        by = Acceptance(slug=slug, secret=secret, password=password, ip="192.0.2.5")
        return accept(self.storage, self.passwords, by, now=now)

    def states(self, now: int = NOW) -> list[str]:
        return [state_of(one, now) for one in invitations(self.storage.control, self.workspace.id)]

    def logins(self) -> list[str]:
        return [one.login for one in users(self.storage.control, self.workspace.id)]

    def limit(self, most: int | None) -> None:
        change_limit(self.storage.control, self.system, most, now=NOW)

    def hire(self, login: str) -> int:
        made = create_user(
            self.storage.control, self.passwords, self.system,
            login=login, password=PASSWORD, role="analyst", now=NOW,
        )  # fmt: skip
        return made.id


@pytest.fixture
def desk(storage: Storage, passwords: Passwords, workspace: WorkspaceRecord, system: Caller) -> Desk:
    return Desk(storage, passwords, workspace, system)


class TestInviting:
    def test_who_accepts_is_a_user_of_that_name_and_role_and_signed_in(self, desk: Desk) -> None:
        begun = desk.accept(desk.invite(" MAX "))
        assert isinstance(begun, SignedIn)
        shown = Credentials(slug=desk.workspace.slug, cookie=begun.secret)
        found = caller_of_request(desk.storage, shown, now=NOW)
        assert (found.login, found.role) == ("max", "analyst")
        (user,) = users(desk.storage.control, desk.workspace.id)
        assert (user.name, user.signed_in_at) == ("Max", NOW)
        told = [(one.what, one.actor.name) for one in audit(desk.storage.control, desk.workspace.id, limit=3)]
        assert told == [
            ("sign_in.accepted", "max"),
            ("invitation.accepted", "max"),
            ("invitation.created", "konnektu"),
        ]

    def test_a_link_is_good_once(self, desk: Desk) -> None:
        secret = desk.invite()
        desk.accept(secret)
        with pytest.raises(NotFound, match="not open"):
            desk.accept(secret, password="another password")
        assert desk.states() == ["accepted"]

    def test_of_two_acceptances_at_once_one_comes_in(self, desk: Desk) -> None:
        secret = desk.invite()

        def come(number: int) -> bool:
            try:
                return bool(desk.accept(secret, password=f"{PASSWORD} {number}"))
            except NotFound:
                return False

        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(come, range(4))) == [False, False, False, True]
        assert desk.logins() == ["max"]

    @pytest.mark.parametrize("what", ["withdrawn", "expired", "foreign", "guessed"])
    def test_what_is_not_open_does_nothing(self, desk: Desk, what: str) -> None:
        secret, now, slug = desk.invite(days=1), NOW, ""
        if what == "withdrawn":
            (made,) = invitations(desk.storage.control, desk.workspace.id)
            withdraw(desk.storage.control, desk.system, made.id, now=NOW)
            with pytest.raises(Conflict):
                withdraw(desk.storage.control, desk.system, made.id, now=NOW)
        elif what == "expired":
            now = NOW + DAY
        elif what == "foreign":
            slug = "another-shop"
        else:
            secret = secret[:-1]
        for ask in (
            lambda: desk.accept(secret, slug=slug, now=now),
            lambda: open_invitation(desk.storage.control, slug or desk.workspace.slug, secret, now=now),
        ):
            with pytest.raises(NotFound, match="not open"):
                ask()
        assert desk.logins() == []

    def test_a_weak_password_leaves_it_open(self, desk: Desk) -> None:
        secret = desk.invite()
        with pytest.raises(Unprocessable, match="10 to"):
            desk.accept(secret, password="short")
        assert desk.states() == ["open"]

    def test_a_required_second_factor_comes_first(self, desk: Desk) -> None:
        secret = desk.invite()
        rules = SignInRules(is_second_factor_required=True)
        change_sign_in_rules(desk.storage.control, desk.system, rules, now=NOW)
        begun = desk.accept(secret)
        assert isinstance(begun, SecondStep)
        assert begun.needs == "enrolment"

    def test_a_login_is_invited_once(self, desk: Desk) -> None:
        desk.invite()
        with pytest.raises(Conflict, match="invited already"):
            desk.invite("Max")
        desk.hire("olga")
        with pytest.raises(Conflict, match="There is a user olga"):
            desk.invite("olga")

    def test_a_login_taken_meanwhile_is_told_and_the_link_stays(self, desk: Desk) -> None:
        secret = desk.invite()
        desk.hire("max")
        with pytest.raises(Conflict, match="There is a user max"):
            desk.accept(secret)
        assert desk.states() == ["open"]

    def test_nobody_invites_to_rights_they_lack(self, desk: Desk) -> None:
        made = create_token(desk.storage.control, desk.system, name="hr", scopes=["users.manage"], now=NOW)
        shown = Credentials(slug=desk.workspace.slug, bearer=made.secret)
        program = caller_of_request(desk.storage, shown, now=NOW)
        for role in ("analyst", "owner"):
            with pytest.raises(Forbidden):
                invite(desk.storage.control, program, name="x", login="x", role=role, now=NOW)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        "wrong", [{"name": " "}, {"name": "a\nb"}, {"days": 0}, {"days": 31}, {"login": "a b"}], ids=str
    )
    def test_what_cannot_be_is_refused(self, desk: Desk, wrong: dict[str, object]) -> None:
        wanted = {"name": "Max", "login": "max", "role": "analyst", **wrong}
        with pytest.raises(Unprocessable):
            invite(desk.storage.control, desk.system, now=NOW, **wanted)  # type: ignore[arg-type]

    def test_the_secret_is_not_kept(self, desk: Desk) -> None:
        secret = desk.invite()
        with desk.storage.control.read() as conn:
            rows = conn.execute("SELECT i::text FROM invitation i").fetchall()
        assert secret not in str(rows)


class TestSeats:
    def test_users_and_open_invitations_take_seats(self, desk: Desk) -> None:
        desk.limit(2)
        desk.hire("olga")
        secret = desk.invite()
        with pytest.raises(Conflict, match="2 users"):
            desk.invite("anna")
        with pytest.raises(Conflict, match="2 users"):
            desk.hire("anna")
        desk.accept(secret)
        assert desk.logins() == ["olga", "max"]

    def test_who_is_disabled_and_what_is_not_open_takes_none(self, desk: Desk) -> None:
        desk.limit(1)
        number = desk.hire("olga")
        change_user(desk.storage.control, desk.system, number, state="disabled", now=NOW)
        desk.invite(days=1)
        with pytest.raises(Conflict):
            desk.hire("anna")
        with pytest.raises(Conflict):
            change_user(desk.storage.control, desk.system, number, state="active", now=NOW)
        taken = seats(desk.storage.control, desk.workspace.id, now=NOW + DAY)
        assert (taken.most, taken.users, taken.invited) == (1, 0, 0)
        later = NOW + DAY
        assert (
            change_user(desk.storage.control, desk.system, number, state="active", now=later).state
            == "active"
        )

    def test_of_several_at_once_no_more_come_in_than_there_are_seats(self, desk: Desk) -> None:
        desk.limit(3)

        def invite_one(number: int) -> bool:
            try:
                return bool(desk.invite(f"guest{number}"))
            except Conflict:
                return False

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(invite_one, range(6))) == 3

    def test_a_lowered_limit_keeps_who_is_there_and_refuses_who_is_invited(self, desk: Desk) -> None:
        desk.hire("olga")
        secret = desk.invite()
        desk.limit(1)
        with pytest.raises(Conflict, match="1 users"):
            desk.accept(secret)
        assert desk.logins() == ["olga"]
        desk.limit(None)
        assert isinstance(desk.accept(secret), SignedIn)

    def test_a_workspace_has_one_user_at_least(self, desk: Desk) -> None:
        with pytest.raises(KonnektuError, match="one user"):
            desk.limit(0)
