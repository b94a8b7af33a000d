from collections.abc import Callable

import pytest

from konnektu.access.api import (
    Caller,
    Credentials,
    Passwords,
    SignedIn,
    SignIn,
    audit,
    caller_of_request,
    change_own_password,
    change_user,
    create_token,
    create_user,
    find_user,
    revoke,
    set_password,
    sign_in,
    sign_out,
)
from konnektu.core.clock import DAY, HOUR, MINUTE, SECOND, MovableClock
from konnektu.core.errors import (
    Conflict,
    Forbidden,
    KonnektuError,
    NotFound,
    SignInNeeded,
    TooMany,
    Unprocessable,
)
from konnektu.storage.api import Storage, WorkspaceRecord, create_workspace, drop_workspace
from tests.access.conftest import NOW, PASSWORD

type_of_try = Callable[..., SignedIn]


@pytest.fixture
def attempt(
    storage: Storage, passwords: Passwords, workspace: WorkspaceRecord, clock: MovableClock
) -> type_of_try:
    """Try to sign in, by default as the owner, each workspace from an address of its own."""

    def attempt(
        password: str = PASSWORD, *, login: str = "olga", slug: str = workspace.slug, ip: str | None = None
    ) -> SignedIn:
        ip = ip or f"10.{workspace.id >> 16 & 255}.{workspace.id >> 8 & 255}.{workspace.id & 255}"
        tried = SignIn(slug=slug, login=login, password=password, ip=ip, user_agent="test")
        begun = sign_in(storage, passwords, tried, now=clock.now_ms())
        assert isinstance(begun, SignedIn)
        return begun

    return attempt


@pytest.fixture
def caller(storage: Storage, workspace: WorkspaceRecord, clock: MovableClock) -> Callable[..., Caller]:
    """The caller behind a cookie or token."""

    def caller(slug: str = workspace.slug, **shown: str | bool) -> Caller:
        return caller_of_request(storage, Credentials(slug=slug, **shown), now=clock.now_ms())  # type: ignore[arg-type]

    return caller


@pytest.mark.usefixtures("owner")
class TestSessions:
    def test_a_signed_in_user_is_the_caller(
        self, attempt: type_of_try, caller: Callable[..., Caller]
    ) -> None:
        begun = attempt(login=" OLGA ")
        found = caller(cookie=begun.secret)
        assert (found.login, found.role, found.csrf) == ("olga", "owner", begun.csrf)

    def test_a_change_by_cookie_repeats_the_csrf_token(
        self, attempt: type_of_try, caller: Callable[..., Caller]
    ) -> None:
        begun = attempt()
        for wrong in ("", "x", begun.csrf + "x"):
            with pytest.raises(Forbidden, match="X-CSRF-Token"):
                caller(cookie=begun.secret, is_change=True, csrf=wrong)
        assert caller(cookie=begun.secret, is_change=True, csrf=begun.csrf).login == "olga"

    def test_signing_out_ends_the_session(
        self, storage: Storage, attempt: type_of_try, caller: Callable[..., Caller]
    ) -> None:
        begun = attempt()
        sign_out(storage, caller(cookie=begun.secret))
        with pytest.raises(SignInNeeded):
            caller(cookie=begun.secret)

    def test_a_resting_session_ends(
        self, attempt: type_of_try, caller: Callable[..., Caller], clock: MovableClock
    ) -> None:
        begun = attempt()
        clock.advance(12 * HOUR)
        with pytest.raises(SignInNeeded, match="over"):
            caller(cookie=begun.secret)

    def test_a_used_session_ends_by_its_age(
        self, attempt: type_of_try, caller: Callable[..., Caller], clock: MovableClock
    ) -> None:
        begun = attempt()
        for _ in range(7 * DAY // (11 * HOUR)):
            clock.advance(11 * HOUR)
            caller(cookie=begun.secret)
        clock.advance(11 * HOUR)
        with pytest.raises(SignInNeeded, match="over"):
            caller(cookie=begun.secret)

    def test_a_session_of_another_workspace_finds_nothing(
        self, storage: Storage, attempt: type_of_try, caller: Callable[..., Caller]
    ) -> None:
        begun = attempt()
        other = create_workspace(storage, "other-shop", "Other", created_at=NOW)
        try:
            for slug in ("other-shop", "no-such-shop"):
                with pytest.raises(NotFound, match="no such workspace"):
                    caller(slug, cookie=begun.secret)
        finally:
            drop_workspace(storage, other)

    def test_losing_a_role_or_the_password_signs_out(
        self,
        storage: Storage,
        passwords: Passwords,
        system: Caller,
        attempt: type_of_try,
        caller: Callable[..., Caller],
    ) -> None:
        user = create_user(
            storage.control, passwords, system, login="max", password=PASSWORD, role="marketer", now=NOW
        )
        begun = attempt(login="max")
        change_user(storage.control, system, user.id, role="analyst", now=NOW)
        with pytest.raises(SignInNeeded):
            caller(cookie=begun.secret)
        begun = attempt(login="max")
        set_password(storage.control, passwords, system, user.id, "another password", now=NOW)
        with pytest.raises(SignInNeeded):
            caller(cookie=begun.secret)
        with pytest.raises(SignInNeeded):
            attempt(login="max")
        assert attempt("another password", login="max").secret

    def test_a_disabled_user_stays_out(
        self, storage: Storage, passwords: Passwords, system: Caller, attempt: type_of_try
    ) -> None:
        user = create_user(
            storage.control, passwords, system, login="max", password=PASSWORD, role="marketer", now=NOW
        )
        change_user(storage.control, system, user.id, state="disabled", now=NOW)
        with pytest.raises(SignInNeeded, match=r"Login or password is wrong\."):
            attempt(login="max")

    def test_ones_own_password_needs_the_present_one(
        self, storage: Storage, passwords: Passwords, attempt: type_of_try, caller: Callable[..., Caller]
    ) -> None:
        here, elsewhere = attempt(), attempt()
        me = caller(cookie=here.secret)
        with pytest.raises(Forbidden):
            change_own_password(
                storage.control, passwords, me, present="wrong", password="a new password", now=NOW
            )
        change_own_password(
            storage.control, passwords, me, present=PASSWORD, password="a new password", now=NOW
        )
        assert caller(cookie=here.secret).login == "olga"
        with pytest.raises(SignInNeeded):
            caller(cookie=elsewhere.secret)
        assert attempt("a new password").secret

    def test_a_stolen_session_guesses_the_password_no_faster_than_a_stranger(
        self, storage: Storage, passwords: Passwords, attempt: type_of_try, caller: Callable[..., Caller]
    ) -> None:
        me = caller(cookie=attempt().secret)

        def change(present: str) -> None:
            change_own_password(
                storage.control, passwords, me, present=present, password="a new password", now=NOW
            )

        for _ in range(5):
            with pytest.raises(Forbidden):
                change("wrong")
        with pytest.raises(TooMany):
            change(PASSWORD)

    def test_a_hash_of_lower_cost_is_made_again(
        self, storage: Storage, workspace: WorkspaceRecord, attempt: type_of_try
    ) -> None:
        dearer = Passwords(time_cost=2, memory_kib=64)
        tried = SignIn(slug=workspace.slug, login="olga", password=PASSWORD, ip="10.9.9.9")
        sign_in(storage, dearer, tried, now=NOW)
        with storage.control.read() as conn:
            row = conn.execute(
                "SELECT password_hash FROM app_user WHERE workspace = %s", [workspace.id]
            ).fetchone()
        assert row
        assert not dearer.is_outdated(row[0])
        assert attempt().secret


@pytest.mark.usefixtures("owner")
class TestThrottle:
    def refusal(self, attempt: type_of_try, **of: str) -> KonnektuError:
        with pytest.raises((SignInNeeded, TooMany)) as refused:
            attempt("a wrong password", **of)
        return refused.value

    def test_a_login_waits_longer_and_longer(self, attempt: type_of_try, clock: MovableClock) -> None:
        for _ in range(5):
            assert isinstance(self.refusal(attempt), SignInNeeded)
        with pytest.raises(TooMany) as refused:
            attempt()
        assert refused.value.retry_after == 30
        clock.advance(30 * SECOND)
        assert isinstance(self.refusal(attempt), SignInNeeded)
        with pytest.raises(TooMany) as refused:
            attempt()
        assert refused.value.retry_after == 60
        clock.advance(60 * SECOND)
        assert attempt().secret
        assert isinstance(self.refusal(attempt), SignInNeeded), "a right password cleans the slate"

    def test_another_login_of_the_same_address_is_heard(self, attempt: type_of_try) -> None:
        for _ in range(5):
            self.refusal(attempt, login="max")
        assert isinstance(self.refusal(attempt, login="max"), TooMany)
        assert attempt().secret

    def test_an_address_that_tries_many_logins_waits(self, attempt: type_of_try, clock: MovableClock) -> None:
        for number in range(30):
            assert isinstance(self.refusal(attempt, login=f"guess{number}", ip="2001:db8:7::1"), SignInNeeded)
        with pytest.raises(TooMany):
            attempt(ip="2001:db8:7::2")
        assert attempt(ip="2001:db8:8::1").secret
        clock.advance(15 * MINUTE + SECOND)
        assert attempt(ip="2001:db8:7::2").secret

    @pytest.mark.parametrize("of", [{"login": "nobody"}, {"slug": "no-such-shop"}, {"login": "not a login"}])
    def test_what_does_not_exist_is_refused_alike(self, attempt: type_of_try, of: dict[str, str]) -> None:
        known = [self.refusal(attempt) for _ in range(6)]
        unknown = [self.refusal(attempt, **of) for _ in range(6)]
        assert [(type(a), str(a)) for a in known] == [(type(b), str(b)) for b in unknown]

    def test_another_workspaces_login_is_refused_like_an_unknown_one(
        self, storage: Storage, attempt: type_of_try
    ) -> None:
        other = create_workspace(storage, "third-shop", "Third", created_at=NOW)
        try:
            with pytest.raises(SignInNeeded, match=r"Login or password is wrong\."):
                attempt(slug="third-shop")
        finally:
            drop_workspace(storage, other)

    @pytest.mark.parametrize("of", [{}, {"login": "nobody"}, {"slug": "no-such-shop"}], ids=str)
    def test_every_refusal_hashes_once(
        self, attempt: type_of_try, monkeypatch: pytest.MonkeyPatch, passwords: Passwords, of: dict[str, str]
    ) -> None:
        """The hash is all that takes time; that an unknown login costs one too makes the times alike."""
        checked: list[str] = []
        real = passwords._hasher.verify

        class Counting:
            def verify(self, hashed: str, password: str) -> bool:
                checked.append(hashed.split("$")[3])
                return real(hashed, password)

        passwords.is_right(None, "x")
        monkeypatch.setattr(passwords, "_hasher", Counting())
        self.refusal(attempt, **of)
        assert checked == ["m=64,t=1,p=1"]


class TestTokens:
    def test_a_token_holds_its_scopes_and_no_more(
        self, storage: Storage, system: Caller, caller: Callable[..., Caller]
    ) -> None:
        made = create_token(storage.control, system, name="CRM", scopes=["events.read"], now=NOW)
        found = caller(bearer=made.secret, is_change=True)
        assert (found.login, sorted(found.rights), found.role) == ("CRM", ["events.read"], None)

    def test_a_revoked_or_ended_token_is_unknown(
        self, storage: Storage, system: Caller, caller: Callable[..., Caller], clock: MovableClock
    ) -> None:
        revoked = create_token(storage.control, system, name="a", scopes=["events.read"], now=NOW)
        ending = create_token(
            storage.control, system, name="b", scopes=["events.read"], now=NOW, expires_at=NOW + SECOND
        )
        revoke(storage.control, system, revoked.token.id, now=NOW)
        assert caller(bearer=ending.secret).login == "b"
        clock.advance(SECOND)
        for secret in (revoked.secret, ending.secret, "kt_guess", ""):
            with pytest.raises(SignInNeeded):
                caller(bearer=secret)
        with pytest.raises(NotFound):
            revoke(storage.control, system, revoked.token.id, now=NOW)

    def test_a_token_cannot_outgrow_its_maker(
        self, storage: Storage, passwords: Passwords, system: Caller, caller: Callable[..., Caller]
    ) -> None:
        made = create_token(storage.control, system, name="hr", scopes=["users.manage"], now=NOW)
        program = caller(bearer=made.secret)
        with pytest.raises(Forbidden, match=r"profiles\.read"):
            create_token(storage.control, program, name="x", scopes=["profiles.read"], now=NOW)
        with pytest.raises(Forbidden):
            create_user(
                storage.control, passwords, program, login="max", password=PASSWORD, role="read_only", now=NOW
            )

    def test_no_secret_stands_in_the_database(
        self, storage: Storage, owner: str, system: Caller, attempt: type_of_try
    ) -> None:
        secrets = [
            create_token(storage.control, system, name="a", scopes=["events.read"], now=NOW).secret,
            attempt().secret,
            PASSWORD,
        ]
        with storage.control.read() as conn:
            tables = conn.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'control'"
            )
            for (table,) in tables.fetchall():
                text = str(conn.execute(f'SELECT t::text FROM "{table}" t').fetchall())
                assert not [secret for secret in secrets if secret in text], table


class TestUsers:
    def test_the_last_owner_stays(
        self, storage: Storage, passwords: Passwords, system: Caller, owner: str, workspace: WorkspaceRecord
    ) -> None:
        number = find_user(storage.control, workspace.id, owner.upper())
        assert number
        for change in ({"role": "marketer"}, {"state": "disabled"}):
            with pytest.raises(Conflict, match="last owner"):
                change_user(storage.control, system, number, now=NOW, **change)  # type: ignore[arg-type]
        create_user(
            storage.control, passwords, system, login="second", password=PASSWORD, role="owner", now=NOW
        )
        assert change_user(storage.control, system, number, role="marketer", now=NOW).role == "marketer"

    def test_a_login_is_unique_in_its_workspace(
        self, storage: Storage, passwords: Passwords, system: Caller, owner: str
    ) -> None:
        with pytest.raises(KonnektuError, match="There is a user olga"):
            create_user(
                storage.control, passwords, system, login="OLGA", password=PASSWORD, role="analyst", now=NOW
            )

    @pytest.mark.parametrize("password", ["short", "x" * 1_001], ids=["short", "long"])
    def test_passwords_have_a_length(
        self, storage: Storage, passwords: Passwords, system: Caller, password: str
    ) -> None:
        with pytest.raises(Unprocessable, match="10 to 1000"):
            create_user(
                storage.control, passwords, system, login="max", password=password, role="analyst", now=NOW
            )

    def test_what_is_done_stands_in_the_log_for_good(
        self, storage: Storage, workspace: WorkspaceRecord, owner: str, attempt: type_of_try
    ) -> None:
        attempt()
        with pytest.raises(SignInNeeded):
            attempt("a wrong password")
        lines = audit(storage.control, workspace.id, limit=10)
        assert [(line.what, line.about, line.actor.kind) for line in lines] == [
            ("sign_in.refused", "olga", "user"),
            ("sign_in.accepted", "olga", "user"),
            ("user.created", "olga", "system"),
        ]
        for statement in ("UPDATE audit SET what = ''", "DELETE FROM audit", "TRUNCATE audit"):
            with pytest.raises(Exception, match="only added to"), storage.control.transaction() as conn:
                conn.execute(statement)
