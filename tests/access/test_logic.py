from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.access import logic
from konnektu.access.model import RIGHTS, ROLES, SignInRules, Throttle
from konnektu.core.clock import DAY, HOUR, MINUTE, SECOND
from konnektu.core.errors import Forbidden, Unprocessable

LIMIT = logic.Limit(failures=3, window=15 * MINUTE, first_wait=30 * SECOND, longest_wait=15 * MINUTE)


def failed(times: int, *, every: int = SECOND) -> tuple[Throttle, int]:
    """The count after so many failures, and the instant of the last one."""
    throttle, now = Throttle(), 0
    for number in range(times):
        now = number * every
        throttle = logic.counted(throttle, LIMIT, now)
    return throttle, now


@pytest.mark.parametrize(
    ("failures", "wait"), [(1, 0), (2, 0), (3, 30), (4, 60), (5, 120), (8, 900), (100, 900)]
)
def test_waits_double_up_to_the_longest(failures: int, wait: int) -> None:
    throttle, now = failed(failures)
    assert logic.seconds_to_wait(throttle, now) == wait


def test_failures_long_ago_are_forgotten() -> None:
    throttle, now = failed(2)
    throttle = logic.counted(throttle, LIMIT, now + LIMIT.window + SECOND)
    assert throttle.failures == 1


def test_a_block_lasts_into_the_next_window() -> None:
    throttle, now = failed(3)
    throttle = logic.counted(throttle, LIMIT, throttle.blocked_until)
    assert logic.seconds_to_wait(throttle, now + 30 * SECOND) == 60


@given(st.lists(st.integers(0, 20 * MINUTE), min_size=1, max_size=40))
def test_no_more_tries_are_heard_than_the_limit_allows(gaps: list[int]) -> None:
    """Whatever the rhythm: within any window no more than `failures` + the doublings that fit are heard."""
    throttle, now, heard = Throttle(), 0, []
    for gap in gaps:
        now += gap
        if logic.seconds_to_wait(throttle, now) == 0:
            throttle = logic.counted(throttle, LIMIT, now)
            heard.append(now)
    for start in heard:
        assert sum(start <= at < start + LIMIT.window for at in heard) <= LIMIT.failures + 6


def test_a_right_password_takes_back_one_failure_of_its_address() -> None:
    throttle, now = failed(3)
    assert logic.forgiven(throttle) == Throttle(failures=2, first_at=now)


@pytest.mark.parametrize(
    ("ip", "together"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8:0:0:ffff::", "2001:db8::/64"),
        ("unknown", "unknown"),
    ],
)
def test_addresses_of_one_client_are_counted_together(ip: str, together: str) -> None:
    assert logic.network_of(ip) == together


IDLE, LIFE = 12 * HOUR, 7 * DAY


@pytest.mark.parametrize(
    ("created", "seen", "alive"),
    [
        (0, 0, True),
        (-IDLE, -IDLE, False),
        (-IDLE, -IDLE + 1, True),
        (-LIFE, 0, False),
        (-LIFE + 1, 0, True),
    ],
    ids=["fresh", "idle", "used in time", "too old", "nearly too old"],
)
def test_a_session_ends_by_rest_and_by_age(created: int, seen: int, alive: bool) -> None:
    assert logic.is_session_alive(created, seen, SignInRules(), 0) is alive


@pytest.mark.parametrize(
    ("login", "normal"), [(" Olga ", "olga"), ("ОЛЬГА", "ольга"), ("o.k+1@shop.ru", "o.k+1@shop.ru")]
)
def test_logins_are_compared_without_case(login: str, normal: str) -> None:
    assert logic.normal_login(login) == normal


@pytest.mark.parametrize("login", ["", "a b", "x" * 101, "a\x00", "<script>"])
def test_wrong_logins_are_refused(login: str) -> None:
    with pytest.raises(Unprocessable):
        logic.normal_login(login)


def test_roles_stand_in_order() -> None:
    order = ["owner", "administrator", "marketer", "read_only"]
    rights = [ROLES[role] for role in order]  # type: ignore[index]
    assert all(wider > narrower for wider, narrower in pairwise(rights))
    assert ROLES["analyst"] > ROLES["read_only"]
    assert ROLES["operator"] == {"desk.use", "desk.consents"}
    assert rights[0] == RIGHTS


def test_nobody_gives_what_they_lack() -> None:
    with pytest.raises(Forbidden, match=r"privacy\.erase"):
        logic.refuse_to_outgrow(ROLES["administrator"], ROLES["owner"])
    logic.refuse_to_outgrow(ROLES["administrator"], ROLES["marketer"])


def test_scopes_are_checked_and_sorted() -> None:
    assert logic.checked_scopes(["profiles.read", "events.read", "profiles.read"]) == (
        "events.read",
        "profiles.read",
    )
    for wrong in ([], ["everything"]):
        with pytest.raises(Unprocessable, match=r"profiles\.read"):
            logic.checked_scopes(wrong)


def test_networks_get_a_normal_form() -> None:
    assert logic.checked_networks(["192.0.2.7", "192.0.2.7/32", "10.1.2.3/8"]) == (
        "192.0.2.7/32",
        "10.0.0.0/8",
    )
    with pytest.raises(Unprocessable, match="shop"):
        logic.checked_networks(["shop"])
