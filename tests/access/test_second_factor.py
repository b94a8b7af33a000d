"""Second factors: set up, asked for, used once, lost and reset, by people and by who guesses."""

from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest

from konnektu.access.api import (
    Caller,
    Credentials,
    NextStep,
    Passwords,
    SecondStep,
    SignedIn,
    SignIn,
    SignInRules,
    WrongCode,
    audit,
    begin_enrolment,
    caller_of_request,
    change_sign_in_rules,
    confirm_own,
    create_user,
    enter_code,
    find_user,
    finish_enrolment,
    offer_own,
    own_state,
    renew_own_codes,
    reset_second_factor,
    set_password,
    sign_in,
    sign_in_rules,
    turn_own_off,
)
from konnektu.access.factors import STEP, normal_code, step_of
from konnektu.core.clock import MINUTE, SECOND, MovableClock
from konnektu.core.errors import Conflict, Forbidden, NotFound, SignInNeeded, TooMany, Unprocessable
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.access.conftest import PASSWORD

ANYWHERE = "192.0.2.44"


class Desk:
    """One workspace, its owner Olga, and what she does at an instant."""

    def __init__(
        self,
        storage: Storage,
        passwords: Passwords,
        workspace: WorkspaceRecord,
        clock: MovableClock,
        system: Caller,
    ) -> None:
        self.storage, self.passwords, self.workspace = storage, passwords, workspace
        self.clock, self.system = clock, system
        self.secret = ""
        self.codes: list[str] = []

    @property
    def now(self) -> int:
        return self.clock.now_ms()

    def begin(self, password: str = PASSWORD, login: str = "olga") -> SignedIn | SecondStep:
        tried = SignIn(slug=self.workspace.slug, login=login, password=password, ip=ANYWHERE)
        return sign_in(self.storage, self.passwords, tried, now=self.now)

    def caller(self, begun: SignedIn | SecondStep) -> Caller:
        assert isinstance(begun, SignedIn)
        shown = Credentials(slug=self.workspace.slug, cookie=begun.secret, ip=ANYWHERE)
        return caller_of_request(self.storage, shown, now=self.now)

    def next(
        self, begun: SignedIn | SecondStep, code: str = "", offered: str = "", slug: str = ""
    ) -> NextStep:
        assert isinstance(begun, SecondStep)
        slug = slug or self.workspace.slug
        return NextStep(slug=slug, ticket=begun.ticket, code=code, offered=offered, ip=ANYWHERE)

    def enter(self, code: str, begun: SignedIn | SecondStep | None = None) -> SignedIn:
        return enter_code(self.storage, self.next(begun or self.begin(), code), now=self.now)

    def code(self, steps: int = 0) -> str:
        """What her app shows, with a clock that is so many steps ahead."""
        return pyotp.TOTP(self.secret).at((self.now + steps * STEP) // SECOND)

    def set_up(self) -> Caller:
        """Turn the second factor on; the code that confirmed it is of the step before."""
        olga = self.caller(self.begin())
        offer = offer_own(self.storage, self.passwords, olga, password=PASSWORD, now=self.now)
        self.secret = offer.secret
        self.codes = confirm_own(self.storage, olga, offered=offer.sealed, code=self.code(-1), now=self.now)
        return olga

    def require(self, **rules: object) -> None:
        change_sign_in_rules(self.storage.control, self.system, SignInRules(**rules), now=self.now)  # type: ignore[arg-type]


@pytest.fixture
def desk(
    storage: Storage,
    passwords: Passwords,
    workspace: WorkspaceRecord,
    clock: MovableClock,
    system: Caller,
    owner: str,
) -> Desk:
    return Desk(storage, passwords, workspace, clock, system)


class TestSigningIn:
    def test_a_code_opens_what_the_password_alone_does_not(self, desk: Desk) -> None:
        desk.set_up()
        begun = desk.begin()
        assert isinstance(begun, SecondStep)
        assert begun.needs == "code"
        shown = Credentials(slug=desk.workspace.slug, cookie=begun.ticket)
        with pytest.raises(SignInNeeded):
            caller_of_request(desk.storage, shown, now=desk.now)
        assert desk.caller(desk.enter(desk.code(), begun)).login == "olga"
        (line, *_) = audit(desk.storage.control, desk.workspace.id, limit=1)
        assert (line.what, line.detail) == ("sign_in.accepted", {"second_factor": "code"})

    @pytest.mark.parametrize("steps", [-1, 0, 1], ids=["behind", "in step", "ahead"])
    def test_a_clock_may_be_half_a_minute_wrong(self, desk: Desk, steps: int) -> None:
        desk.set_up()
        desk.clock.advance(MINUTE)
        assert desk.enter(desk.code(steps)).secret

    @pytest.mark.parametrize("steps", [-2, 2], ids=["behind", "ahead"])
    def test_a_clock_that_is_wrong_by_more_opens_nothing(self, desk: Desk, steps: int) -> None:
        desk.set_up()
        desk.clock.advance(2 * MINUTE)
        with pytest.raises(SignInNeeded, match="wrong or was used"):
            desk.enter(desk.code(steps))

    def test_a_code_is_good_once(self, desk: Desk) -> None:
        desk.set_up()
        code = desk.code()
        assert desk.enter(code).secret
        for _ in range(2):
            with pytest.raises(SignInNeeded, match="wrong or was used"):
                desk.enter(code)
        with pytest.raises(SignInNeeded):
            desk.enter(desk.code(-1))
        desk.clock.advance(30 * SECOND)
        assert desk.enter(desk.code()).secret

    def test_the_code_that_turned_it_on_is_used(self, desk: Desk) -> None:
        desk.set_up()
        with pytest.raises(SignInNeeded):
            desk.enter(desk.code(-1))

    def test_of_parallel_sign_ins_with_one_code_one_enters(self, desk: Desk) -> None:
        desk.set_up()
        code, begun = desk.code(), [desk.begin() for _ in range(4)]

        def enter(step: SignedIn | SecondStep) -> bool:
            try:
                return bool(desk.enter(code, step).secret)
            except SignInNeeded:
                return False

        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(enter, begun)) == [False, False, False, True]

    def test_a_recovery_code_is_good_once_however_it_is_typed(self, desk: Desk) -> None:
        desk.set_up()
        assert len(set(desk.codes)) == 10
        typed = " " + desk.codes[3].upper().replace("-", " ") + " "
        olga = desk.caller(desk.enter(typed))
        with pytest.raises(SignInNeeded):
            desk.enter(desk.codes[3])
        assert own_state(desk.storage, olga).recovery_codes_left == 9

    def test_codes_are_guessed_no_faster_than_passwords(self, desk: Desk) -> None:
        desk.set_up()
        for _ in range(5):
            with pytest.raises(SignInNeeded):
                desk.enter("000000")
        with pytest.raises(TooMany) as refused:
            desk.begin()
        assert refused.value.retry_after == 30
        desk.clock.advance(30 * SECOND)
        begun = desk.begin()
        with pytest.raises(SignInNeeded):
            desk.enter("000000", begun)
        with pytest.raises(TooMany) as refused:
            desk.enter(desk.code(), begun)
        assert refused.value.retry_after == 60

    def test_a_right_password_does_not_clean_the_slate_of_wrong_codes(self, desk: Desk) -> None:
        desk.set_up()
        begun = desk.begin()
        for _ in range(4):
            with pytest.raises(SignInNeeded):
                desk.enter("000000", begun)
            begun = desk.begin()
        with pytest.raises(SignInNeeded):
            desk.enter("000000", begun)
        with pytest.raises(TooMany):
            desk.begin()

    def test_who_has_no_password_hears_of_no_second_step(self, desk: Desk) -> None:
        desk.set_up()
        said = set()
        for login in ("olga", "nobody"):
            with pytest.raises(SignInNeeded) as refused:
                desk.begin("a wrong password", login)
            said.add(str(refused.value))
        assert said == {"Login or password is wrong."}


class TestTickets:
    def test_it_is_over_after_ten_minutes(self, desk: Desk) -> None:
        desk.set_up()
        begun = desk.begin()
        desk.clock.advance(10 * MINUTE)
        with pytest.raises(SignInNeeded, match="Begin again"):
            desk.enter(desk.code(), begun)

    def test_it_is_over_with_the_password(self, desk: Desk) -> None:
        desk.set_up()
        begun = desk.begin()
        number = find_user(desk.storage.control, desk.workspace.id, "olga")
        assert number
        set_password(
            desk.storage.control, desk.passwords, desk.system, number, "another password", now=desk.now
        )
        with pytest.raises(SignInNeeded, match="Begin again"):
            desk.enter(desk.code(), begun)

    def test_it_opens_its_own_workspace_alone(self, desk: Desk) -> None:
        desk.set_up()
        step = desk.next(desk.begin(), desk.code(), slug="other-shop")
        with pytest.raises(SignInNeeded, match="Begin again"):
            enter_code(desk.storage, step, now=desk.now)

    @pytest.mark.parametrize("ticket", ["", "x", "Ж", "A" * 200, "====", "QUJD" * 30])
    def test_what_is_no_ticket_opens_nothing(self, desk: Desk, ticket: str) -> None:
        step = NextStep(slug=desk.workspace.slug, ticket=ticket, code="000000", ip=ANYWHERE)
        with pytest.raises(SignInNeeded, match="Begin again"):
            enter_code(desk.storage, step, now=desk.now)


class TestSettingUp:
    def test_other_sessions_end_and_this_one_stays(self, desk: Desk) -> None:
        elsewhere = desk.begin()
        olga = desk.set_up()
        with pytest.raises(SignInNeeded):
            desk.caller(elsewhere)
        assert own_state(desk.storage, olga).is_on

    def test_an_offer_is_confirmed_by_a_right_code_in_time_by_its_own_user(self, desk: Desk) -> None:
        create_user(
            desk.storage.control, desk.passwords, desk.system,
            login="max", password=PASSWORD, role="analyst", now=desk.now,
        )  # fmt: skip
        olga, other = desk.caller(desk.begin()), desk.caller(desk.begin(login="max"))
        offer = offer_own(desk.storage, desk.passwords, olga, password=PASSWORD, now=desk.now)
        desk.secret = offer.secret
        with pytest.raises(WrongCode):
            confirm_own(desk.storage, olga, offered=offer.sealed, code="000000", now=desk.now)
        with pytest.raises(Unprocessable, match="over"):
            confirm_own(desk.storage, other, offered=offer.sealed, code=desk.code(), now=desk.now)
        desk.clock.advance(15 * MINUTE)
        with pytest.raises(Unprocessable, match="over"):
            confirm_own(desk.storage, olga, offered=offer.sealed, code=desk.code(), now=desk.now)
        assert not own_state(desk.storage, olga).is_on

    def test_a_second_one_does_not_replace_the_first(self, desk: Desk) -> None:
        olga = desk.caller(desk.begin())
        offers = [
            offer_own(desk.storage, desk.passwords, olga, password=PASSWORD, now=desk.now) for _ in range(2)
        ]
        for offer, refused in zip(offers, (False, True), strict=True):
            desk.secret = offer.secret
            if refused:
                with pytest.raises(Conflict):
                    confirm_own(desk.storage, olga, offered=offer.sealed, code=desk.code(), now=desk.now)
            else:
                confirm_own(desk.storage, olga, offered=offer.sealed, code=desk.code(), now=desk.now)
        with pytest.raises(Conflict):
            offer_own(desk.storage, desk.passwords, olga, password=PASSWORD, now=desk.now)

    def test_a_stolen_session_without_the_password_sets_up_nothing(self, desk: Desk) -> None:
        olga = desk.caller(desk.begin())
        for _ in range(5):
            with pytest.raises(Forbidden):
                offer_own(desk.storage, desk.passwords, olga, password="guess", now=desk.now)
        with pytest.raises(TooMany):
            offer_own(desk.storage, desk.passwords, olga, password=PASSWORD, now=desk.now)

    def test_turning_it_off_needs_password_and_code(self, desk: Desk) -> None:
        olga = desk.set_up()

        def turn_off(password: str, code: str) -> None:
            turn_own_off(desk.storage, desk.passwords, olga, password=password, code=code, now=desk.now)

        with pytest.raises(Forbidden):
            turn_off("a wrong password", desk.code())
        with pytest.raises(WrongCode):
            turn_off(PASSWORD, "000000")
        turn_off(PASSWORD, desk.code())
        assert isinstance(desk.begin(), SignedIn)

    def test_fresh_recovery_codes_end_the_others(self, desk: Desk) -> None:
        olga = desk.set_up()
        fresh = renew_own_codes(
            desk.storage, desk.passwords, olga, password=PASSWORD, code=desk.code(), now=desk.now
        )
        with pytest.raises(SignInNeeded):
            desk.enter(desk.codes[0])
        assert desk.enter(fresh[0]).secret

    def test_no_secret_stands_in_the_database(self, desk: Desk) -> None:
        desk.set_up()
        with desk.storage.control.read() as conn:
            kept = [
                bytes(row[0])
                for table, column in (("second_factor", "secret"), ("recovery_code", "hash"))
                for row in conn.execute(f"SELECT {column} FROM {table}").fetchall()
            ]
        assert len(kept) >= 11
        for secret in (desk.secret, *desk.codes, *map(normal_code, desk.codes)):
            assert not [one for one in kept if secret.encode() in one]


class TestRequiring:
    def enrol(self, desk: Desk, begun: SignedIn | SecondStep) -> tuple[SignedIn, list[str]]:
        offer = begin_enrolment(desk.storage, desk.next(begun), now=desk.now)
        again = begin_enrolment(desk.storage, desk.next(begun, offered=offer.sealed), now=desk.now)
        assert again == offer, "a slip does not ask for another scan"
        desk.secret = offer.secret
        step = desk.next(begun, desk.code(), offer.sealed)
        return finish_enrolment(desk.storage, step, now=desk.now)

    @pytest.mark.parametrize(
        "rules",
        [{"is_second_factor_required": True}, {"second_factor_roles": ("owner",)}],
        ids=["all", "role"],
    )
    def test_who_lacks_it_is_signed_out_and_sets_it_up_at_the_next_sign_in(
        self, desk: Desk, rules: dict[str, object]
    ) -> None:
        before = desk.begin()
        desk.require(**rules)
        with pytest.raises(SignInNeeded):
            desk.caller(before)
        begun = desk.begin()
        assert isinstance(begun, SecondStep)
        assert begun.needs == "enrolment"
        with pytest.raises(SignInNeeded):
            desk.enter("000000", begun)
        entered, codes = self.enrol(desk, begun)
        olga = desk.caller(entered)
        assert own_state(desk.storage, olga).is_required
        assert desk.enter(codes[0]).secret
        with pytest.raises(Conflict, match="requires"):
            turn_own_off(desk.storage, desk.passwords, olga, password=PASSWORD, code=codes[1], now=desk.now)

    def test_other_roles_are_not_asked(self, desk: Desk) -> None:
        before = desk.begin()
        desk.require(second_factor_roles=("analyst",))
        assert desk.caller(before).login == "olga"
        assert isinstance(desk.begin(), SignedIn)

    def test_nobody_shuts_themselves_out(self, desk: Desk) -> None:
        olga = desk.caller(desk.begin())
        rules = SignInRules(is_second_factor_required=True)
        with pytest.raises(Conflict, match="your own second factor"):
            change_sign_in_rules(desk.storage.control, olga, rules, now=desk.now)
        olga = desk.set_up()
        change_sign_in_rules(desk.storage.control, olga, rules, now=desk.now)
        assert sign_in_rules(desk.storage.control, desk.workspace.id) == rules

    def test_an_enrolment_is_not_for_who_has_one_or_needs_none(self, desk: Desk) -> None:
        desk.set_up()
        begun = desk.begin()
        desk.require(is_second_factor_required=True)
        with pytest.raises(Conflict):
            begin_enrolment(desk.storage, desk.next(begun), now=desk.now)

    @pytest.mark.parametrize(
        "rules",
        [
            SignInRules(idle_minutes=4),
            SignInRules(life_hours=721),
            SignInRules(idle_minutes=121, life_hours=2),
        ],
        ids=["idle", "life", "order"],
    )
    def test_terms_have_bounds(self, desk: Desk, rules: SignInRules) -> None:
        with pytest.raises(Unprocessable, match="idle_minutes"):
            change_sign_in_rules(desk.storage.control, desk.system, rules, now=desk.now)

    def test_terms_of_sessions_are_the_workspaces_own(self, desk: Desk) -> None:
        desk.require(idle_minutes=10, life_hours=1)
        begun = desk.begin()
        for _ in range(6):
            desk.clock.advance(9 * MINUTE)
            assert desk.caller(begun).login == "olga"
        desk.clock.advance(9 * MINUTE)
        with pytest.raises(SignInNeeded):
            desk.caller(begun)
        begun = desk.begin()
        desk.clock.advance(10 * MINUTE)
        with pytest.raises(SignInNeeded):
            desk.caller(begun)


class TestResetting:
    def test_a_lost_factor_is_taken_away_and_told(self, desk: Desk) -> None:
        desk.set_up()
        begun = desk.enter(desk.code())
        number = find_user(desk.storage.control, desk.workspace.id, "olga")
        assert number
        reset_second_factor(desk.storage.control, desk.system, number, now=desk.now)
        with pytest.raises(SignInNeeded):
            desk.caller(begun)
        assert isinstance(desk.begin(), SignedIn)
        told = [line.what for line in audit(desk.storage.control, desk.workspace.id, limit=2)]
        assert told == ["sign_in.accepted", "second_factor.reset"]
        with pytest.raises(NotFound):
            reset_second_factor(desk.storage.control, desk.system, number, now=desk.now)


@pytest.mark.parametrize("after", [0, 100], ids=["fresh", "used"])
def test_steps_are_those_of_the_standard(after: int) -> None:
    """RFC 6238, appendix B: at 59 seconds the SHA-1 code ends in 287082."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert step_of(secret, "287082", after=after, now=59 * SECOND) == (None if after else 1)
