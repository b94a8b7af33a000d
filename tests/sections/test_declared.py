"""Every declared section is whole: words in both languages, rights that there are, operations of the API, orders and
filters that its listing knows."""

import re
from typing import Any

import pytest

from konnektu.access.api import RIGHTS
from konnektu.access.model import ROLES, SourceKind
from konnektu.access.section import KIND_NAMES, ROLE_NAMES
from konnektu.core.section import ORDER_NAMES, Section, sections
from konnektu.web.openapi import right_of
from tests.web.test_routes import TABLE

EXPECTED = {
    "profiles", "people", "visitors", "consents", "orders", "products", "stores", "sources", "imports", "jobs",
    "problems", "quarantine", "users", "tokens", "audit", "identity_refusals", "merges", "identifier_kinds",
    "marketing_sources", "feeds", "invitations", "places", "scheduled_imports", "scheduled_exports", "events",
    "dictionary_events", "dictionary_attributes", "tracking_plan", "plan_violations", "product_lists",
    "related_records",
}  # fmt: skip
EACH = pytest.mark.parametrize("section", sections().values(), ids=lambda one: one.name)


def test_sections_are_found_by_themselves() -> None:
    assert set(sections()) >= EXPECTED


@EACH
def test_it_has_words_in_both_languages(section: Section) -> None:
    named: list[Any] = [
        section, *section.columns, *section.filters, *section.actions,
        *(choice for one in section.filters for choice in one.choices),
    ]  # fmt: skip
    en, ru = section.about
    assert re.search("[A-Za-z]", en) and re.search("[а-яё]", ru)
    latin = {"CRM", "E-mail"}
    for one in named:
        assert re.search("[A-Za-z]", one.en), one
        assert re.search("[а-яё]", one.ru, re.IGNORECASE) or one.ru.split()[0] in latin, one


@EACH
def test_names_are_names_and_stand_once(section: Section) -> None:
    for group in (section.columns, section.filters, section.actions):
        names = [one.name for one in group]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch("[a-z][a-z_0-9]*", name) for name in names)
    assert any(column.is_visible for column in section.columns)
    assert all(60 <= column.width <= 600 for column in section.columns)


@EACH
def test_orders_and_filters_name_what_there_is(section: Section) -> None:
    shown = {column.name for column in section.columns} | set(ORDER_NAMES)
    bare = {order.removeprefix("-") for order in section.orders}
    assert bare <= shown
    for one in section.filters:
        assert set(one.orders) <= bare
        assert bool(one.choices) == (one.kind == "choice")
        assert not one.default or one.default in {choice.value for choice in one.choices}
        assert (one.refers in sections()) == (one.kind == "reference")
    assert all(not column.refers or column.refers in sections() for column in section.columns)


@EACH
def test_rights_and_operations_are_those_of_the_api(section: Section) -> None:
    assert section.right in RIGHTS
    for action in section.actions:
        assert action.operation in TABLE, action
        assert right_of(TABLE[action.operation][0])[1] == action.right, action


def test_every_role_and_kind_of_source_has_words() -> None:
    assert set(ROLE_NAMES) == set(ROLES)
    assert set(KIND_NAMES) == set(SourceKind.__args__)  # type: ignore[attr-defined]
