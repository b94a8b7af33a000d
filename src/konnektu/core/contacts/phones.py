"""Phone numbers. In: text or a number as people and programs write it. Out: E.164 with its type, or a reason.

Russian mobiles, nearly all of the traffic, take one regular expression; the rest goes to `phonenumbers`.
"""

import re
from functools import lru_cache
from typing import Any, Final, Literal

import phonenumbers
from msgspec import Struct
from phonenumbers import PhoneNumberType

from konnektu.core.invalid import Invalid

PhoneType = Literal["mobile", "landline", "either", "voip", "toll_free", "premium", "other"]

LONGEST: Final = 64
"""Characters of the longest text that is looked at; E.164 has 15 digits."""

_TYPES: Final[dict[int, PhoneType]] = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "landline",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "either",
    PhoneNumberType.VOIP: "voip",
    PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.SHARED_COST: "premium",
}

# The block 930 is the one beginning of which only a part is given out, so it takes the long way.
_RUSSIAN_MOBILE: Final = re.compile(r"(?:\+?[78])?(9(?:[0-24-9]|3[1-9])[0-9]{8})")
_RUSSIAN_WITH_PLUS_EIGHT: Final = re.compile(r"\+8([3489][0-9]{9})")
_DECORATION: Final = {
    ord(c): None for c in " ()-.\t\n\r\u00a0\u2007\u2009\u202f\u2010\u2011\u2012\u2013\u2014\u2212"
}
_SEVERAL: Final = re.compile(r"[,;/|\n]")
_MASKED: Final = re.compile(r"[0-9)\-\s][*xXхХ•#]{2,}|^[*•#]{2,}")
_ONE_DIGIT: Final = re.compile(r"\+?([0-9])\1{6,}")
_RUNS: Final = "012345678901234567890", "98765432109876543210"
_SUBSCRIBER_DIGITS: Final = 7
_FULL_NUMBER: Final = 10
_BEYOND_E164: Final = 10**15


class Phone(Struct, frozen=True):
    """A phone number that can be dialled."""

    value: str
    """E.164, as +79031234567: the key to match by and the number to send to."""
    type: PhoneType
    region: str
    """ISO 3166-1 alpha-2 of the numbering plan; empty where several countries share it."""
    extension: str = ""
    """Digits dialled after the answer; such a number belongs to an office."""

    @property
    def is_personal(self) -> bool:
        """Whether one person answers it: a mobile, no extension. Others belong to a household or an office."""
        return self.type in {"mobile", "either"} and not self.extension

    @property
    def is_identifier(self) -> bool:
        """Whether it may identify a person or a household: false for toll-free, premium and special numbers."""
        return self.type in {"mobile", "either", "landline", "voip"} and not self.extension


def phone(raw: Any, region: str = "RU") -> Phone | Invalid:
    """The number in E.164; `region` (ISO 3166-1 alpha-2) reads numbers written without a country.

    Reasons: not_text, empty, too_long, masked, several, not_a_number, short, not_in_use, placeholder.
    """
    if type(raw) is not str:
        raw = _text_of_number(raw)
        if raw is None:
            return Invalid("not_text")
    if len(raw) > LONGEST:
        return Invalid("too_long")
    return _phone(raw, region)


def _text_of_number(raw: Any) -> str | None:
    """Digits of a whole number, as tables keep phones; None for anything else."""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw < _BEYOND_E164:
        return str(raw)
    return str(raw) if isinstance(raw, str) else None


@lru_cache(maxsize=1 << 16)
def _phone(raw: str, region: str) -> Phone | Invalid:
    compact = raw.translate(_DECORATION)
    if region == "RU" and (russian := _RUSSIAN_MOBILE.fullmatch(compact)):
        national = russian[1]
        if _is_placeholder(national):
            return Invalid("placeholder")
        return Phone("+7" + national, "mobile", "RU")
    if refusal := _refusal(raw, compact):
        return refusal
    if region == "RU" and (russian := _RUSSIAN_WITH_PLUS_EIGHT.fullmatch(compact)):
        return _parsed("+7" + russian[1], region)
    if region == "RU" and compact.startswith("00"):
        # How most of the world dials abroad (ITU-T E.123); no number inside Russia begins so.
        return _phone("+" + compact[2:], region)
    return _parsed(raw, region)


def _refusal(raw: str, compact: str) -> Invalid | None:
    """Why the text is no single number, found without the library."""
    if not compact:
        return Invalid("empty")
    if _ONE_DIGIT.fullmatch(compact):
        return Invalid("placeholder")
    if _MASKED.search(raw):
        return Invalid("masked")
    if sum(sum(c.isdigit() for c in part) >= _FULL_NUMBER for part in _SEVERAL.split(raw)) > 1:
        return Invalid("several")
    return None


def _parsed(text: str, region: str) -> Phone | Invalid:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return Invalid("not_a_number")
    national = str(number.national_number)
    if _is_placeholder(national):
        return Invalid("placeholder")
    if not phonenumbers.is_valid_number(number):
        return Invalid("not_in_use" if len(national) >= _FULL_NUMBER else "short")
    return Phone(
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        _TYPES.get(phonenumbers.number_type(number), "other"),
        phonenumbers.region_code_for_number(number) or "",
        number.extension or "",
    )


def _is_placeholder(national: str) -> bool:
    """A number typed to get past a form: one digit repeated, digits in order, zeros for the subscriber.

    Beautiful numbers are sold, so the tail alone proves nothing unless it is all zeros.
    """
    if len(national) <= _SUBSCRIBER_DIGITS:
        return False
    return (
        len(set(national[1:])) <= 1
        or national[-_SUBSCRIBER_DIGITS:] == "0" * _SUBSCRIBER_DIGITS
        or any(national[1:] in run or national in run for run in _RUNS)
    )
