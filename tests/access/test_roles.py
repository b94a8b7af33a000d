"""Roles of a workspace's own: made of rights that their maker holds, and obeyed at the next request."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from konnektu.access.api import (
    DECLARED,
    RIGHTS,
    ROLES,
    SECTIONS,
    Caller,
    Credentials,
    Passwords,
    SignedIn,
    SignIn,
    SignInRules,
    caller_of_request,
    change_role,
    change_sign_in_rules,
    change_user,
    create_role,
    create_user,
    invite,
    remove_role,
    roles,
    sign_in,
)
from konnektu.core.clock import DAY
from konnektu.core.errors import Conflict, Forbidden, KonnektuError, NotFound, SignInNeeded, Unprocessable
from konnektu.storage.api import Storage, WorkspaceRecord, create_workspace, drop_workspace
from tests.access.conftest import NOW, PASSWORD

type_of_enter = Callable[[str], tuple[str, Caller]]


@pytest.fixture
def look(storage: Storage, workspace: WorkspaceRecord) -> Callable[[str], Caller]:
    """The caller behind a cookie."""

    def look(cookie: str) -> Caller:
        return caller_of_request(storage, Credentials(slug=workspace.slug, cookie=cookie), now=NOW)

    return look


@pytest.fixture
def enter(
    storage: Storage,
    passwords: Passwords,
    workspace: WorkspaceRecord,
    system: Caller,
    look: Callable[[str], Caller],
) -> type_of_enter:
    """Make a user of a role and sign them in; returns the cookie and the caller."""

    def enter(role: str) -> tuple[str, Caller]:
        login = f"a-{role}"
        create_user(storage.control, passwords, system, login=login, password=PASSWORD, role=role, now=NOW)
        tried = SignIn(slug=workspace.slug, login=login, password=PASSWORD, ip="192.0.2.8")
        begun = sign_in(storage, passwords, tried, now=NOW)
        assert isinstance(begun, SignedIn)
        return begun.secret, look(begun.secret)

    return enter


@pytest.fixture
def keeper(storage: Storage, system: Caller) -> str:
    """The name of a role of the workspace's own."""
    rights = ["catalogue.read", "orders.read", "users.manage"]
    create_role(storage.control, system, name="keeper", title="Кладовщик", rights=rights, now=NOW)
    return "keeper"


def test_every_right_is_declared_once_in_a_section_that_is_there() -> None:
    assert sorted(one.right for one in DECLARED) == sorted(RIGHTS)
    assert {one.section for one in DECLARED} == {one.name for one in SECTIONS}
    for one in (*DECLARED, *SECTIONS):
        assert one.en.isascii()
        assert not one.ru.isascii()


class TestHolding:
    def test_who_has_it_holds_its_rights_and_no_more(self, enter: type_of_enter, keeper: str) -> None:
        _, found = enter(keeper)
        assert (found.role, sorted(found.rights)) == (
            "keeper",
            ["catalogue.read", "orders.read", "users.manage"],
        )

    def test_other_rights_hold_at_the_next_sign_in_and_the_session_ends(
        self,
        storage: Storage,
        system: Caller,
        enter: type_of_enter,
        keeper: str,
        look: Callable[[str], Caller],
    ) -> None:
        cookie, _ = enter(keeper)
        change_role(storage.control, system, keeper, title="Склад", now=NOW)
        assert look(cookie).may("orders.read"), "another title ends nothing"
        changed = change_role(storage.control, system, keeper, rights=["events.read"], now=NOW)
        assert (changed.title, changed.rights, changed.users) == ("Склад", ("events.read",), 1)
        with pytest.raises(SignInNeeded):
            look(cookie)

    def test_a_role_of_another_workspace_is_none_here(
        self, storage: Storage, passwords: Passwords, system: Caller, keeper: str
    ) -> None:
        other = create_workspace(storage, "roles-shop", "Other", created_at=NOW)
        try:
            by = Caller(workspace=other, actor=system.actor, rights=RIGHTS, role="owner")
            with pytest.raises(Unprocessable, match="no role keeper"):
                create_user(
                    storage.control, passwords, by, login="max", password=PASSWORD, role=keeper, now=NOW
                )
            with pytest.raises(NotFound):
                change_role(storage.control, by, keeper, title="x", now=NOW)
        finally:
            drop_workspace(storage, other)

    def test_what_names_no_role_is_refused(self, storage: Storage, system: Caller, keeper: str) -> None:
        with pytest.raises(Unprocessable, match="no role ghost"):
            invite(storage.control, system, name="Max", login="max", role="ghost", now=NOW)
        rules = SignInRules(second_factor_roles=("owner", keeper))
        assert change_sign_in_rules(storage.control, system, rules, now=NOW) == rules
        wrong = SignInRules(second_factor_roles=("ghost",))
        with pytest.raises(Unprocessable, match="no role ghost"):
            change_sign_in_rules(storage.control, system, wrong, now=NOW)


class TestGiving:
    def test_nobody_gives_rights_they_lack(
        self, storage: Storage, passwords: Passwords, system: Caller, enter: type_of_enter, keeper: str
    ) -> None:
        _, by = enter(keeper)
        user = create_user(
            storage.control, passwords, system, login="max", password=PASSWORD, role="read_only", now=NOW
        )
        for give in (
            lambda: create_role(
                storage.control, by, name="more", title="x", rights=["profiles.read"], now=NOW
            ),
            lambda: change_role(storage.control, by, keeper, rights=["profiles.read"], now=NOW),
            lambda: change_user(storage.control, by, user.id, role=keeper, now=NOW),
            lambda: create_user(
                storage.control, passwords, by, login="x", password=PASSWORD, role="owner", now=NOW
            ),
            lambda: invite(storage.control, by, name="x", login="x", role="analyst", now=NOW),
        ):
            with pytest.raises(Forbidden):
                give()
        made = create_role(storage.control, by, name="less", title="x", rights=["orders.read"], now=NOW)
        assert made.rights == ("orders.read",)

    def test_nobody_narrows_or_removes_a_role_with_rights_they_lack(
        self, storage: Storage, system: Caller, enter: type_of_enter, keeper: str
    ) -> None:
        create_role(storage.control, system, name="strong", title="x", rights=["privacy.erase"], now=NOW)
        _, by = enter(keeper)
        with pytest.raises(Forbidden):
            change_role(storage.control, by, "strong", rights=["orders.read"], now=NOW)
        with pytest.raises(Forbidden):
            remove_role(storage.control, by, "strong", now=NOW)

    @pytest.mark.parametrize("name", sorted(ROLES))
    def test_the_six_stay_as_they_are(self, storage: Storage, system: Caller, name: str) -> None:
        for change in (
            lambda: create_role(
                storage.control, system, name=name, title="x", rights=["events.read"], now=NOW
            ),
            lambda: change_role(storage.control, system, name, rights=["events.read"], now=NOW),
            lambda: remove_role(storage.control, system, name, now=NOW),
        ):
            with pytest.raises(Conflict):
                change()

    @pytest.mark.parametrize(
        "wrong",
        [{"name": "A"}, {"name": "1a"}, {"title": " "}, {"title": "a\nb"}, {"rights": []}, {"rights": ["x"]}],
        ids=str,
    )
    def test_what_cannot_be_is_refused(
        self, storage: Storage, system: Caller, wrong: dict[str, object]
    ) -> None:
        wanted = {"name": "keeper", "title": "Склад", "rights": ["events.read"], **wrong}
        with pytest.raises(Unprocessable):
            create_role(storage.control, system, now=NOW, **wanted)  # type: ignore[arg-type]


class TestRemoving:
    def test_a_role_in_use_stays(
        self, storage: Storage, system: Caller, enter: type_of_enter, keeper: str
    ) -> None:
        invite(storage.control, system, name="Max", login="max", role=keeper, days=1, now=NOW)
        with pytest.raises(Conflict, match="have this role"):
            remove_role(storage.control, system, keeper, now=NOW)
        later = NOW + DAY
        _, found = enter(keeper)
        with pytest.raises(Conflict, match="have this role"):
            remove_role(storage.control, system, keeper, now=later)
        change_user(storage.control, system, found.user, role="analyst", now=later)
        remove_role(storage.control, system, keeper, now=later)
        assert [one.name for one in roles(storage.control, system.workspace.id)] == list(ROLES)

    def test_of_giving_and_removing_at_once_one_wins(
        self, storage: Storage, passwords: Passwords, system: Caller
    ) -> None:
        def race(number: int) -> None:
            name = f"role{number}"
            create_role(storage.control, system, name=name, title="x", rights=["events.read"], now=NOW)

            def give() -> bool:
                create_user(
                    storage.control, passwords, system, login=name, password=PASSWORD, role=name, now=NOW
                )
                return True

            def remove() -> bool:
                remove_role(storage.control, system, name, now=NOW)
                return True

            with ThreadPoolExecutor(2) as pool:
                done = [pool.submit(one) for one in (give, remove)]
            won = [one for one in done if one.exception() is None]
            assert len(won) == 1
            assert all(isinstance(one.exception(), KonnektuError) for one in done if one not in won)

        for number in range(6):
            race(number)
