"""Values that many different people carry because a program or a clerk had nothing better.

In: the raw text of an identifier of any kind. Out: whether it may identify anybody.
"""

import re

from konnektu.core.text import word_list

_WORDS = frozenset(
    word_list(
        """
    -1 null nil none undefined unknown anonymous anon guest nan n/a na nobody user userid user_id id test
    tester testing demo default example empty false true no-id noid 123 1234 12345 123456 1234567 12345678
    123456789 1234567890 qwerty asdf abc xxx todo string [object]
    нет неизвестно неизвестен аноним гость тест пусто отсутствует
    """
    )
) | {"not set", "(not set)", "[object object]", "<null>", "(null)", "не указано", "не указан", "без имени"}

_ZEROES = re.compile(r"[0\-]*")
_TEMPLATE = re.compile(r"\{\{.*|<%.*|\$\{.*|%[A-Z_]+%|\*\|.*\|\*", re.DOTALL)


def is_blocked(value: str) -> bool:
    """Whether the value is a filler: empty, zeros and dashes, a word such as null or test, an unfilled template."""
    text = value.strip()
    return (
        text.lower() in _WORDS
        or _ZEROES.fullmatch(text) is not None
        or _TEMPLATE.fullmatch(text) is not None
        or not text.strip("\ufffd\x00 .,;:_?*#'\"")
    )
