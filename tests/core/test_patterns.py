"""Patterns of settings: what is readable and quick is taken, what could hold up a writer is not."""

import re
from time import process_time

import pytest

from konnektu.core.identifiers import LONGEST as LONGEST_VALUE
from konnektu.core.patterns import fault_of


@pytest.mark.parametrize(
    "pattern",
    [
        "test.*",
        r"\+?7?9{10}",
        "(?:guest|anonymous)",
        r"0+",
        r"[*+]{3}x",
        r"no-?reply@.+",
        r"\d{4}-\d{2}",
        ".*@example\\.com",
        "(?:guest|test|demo|admin|root|user)@.+",
    ],
)
def test_what_people_write_is_taken(pattern: str) -> None:
    assert fault_of(pattern) == ""


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        "a{99999999999999999999}",
        "(" * 5000,
        "(a+)+b",
        "(a|aa)*b",
        "(?:a*){9}b",
        r"(a)\1",
        "a*a*a*b",
        "x" * 201,
        "(?=a)b",
        "[a]+[b]+[c]+",
        "(?:.?){60}.{60}",
        "(?x)(a+) +b",
        "(?i)a",
        "(a+)(?#)+b",
        "a?" * 30 + "b",
        "(a|aa)" * 20 + "b",
    ],
)
def test_what_is_unreadable_or_slow_is_refused(pattern: str) -> None:
    assert fault_of(pattern)


@pytest.mark.parametrize(
    "pattern", [".*.*x", "a*a*b", "(?:a*|a)a*b", "a?" * 10 + "b", "(a|aa)" * 6 + ".*b", "a?a?a?a*a*b"]
)
def test_the_slowest_that_is_taken_is_quick(pattern: str) -> None:
    assert fault_of(pattern) == ""
    began = process_time()
    re.fullmatch(pattern, "a" * LONGEST_VALUE, re.IGNORECASE)
    assert process_time() - began < 0.5
