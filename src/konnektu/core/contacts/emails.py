"""E-mail addresses. In: text as people write it. Out: the address to send to with the key to match by, or a reason.

Two spellings that reach one mailbox have one key. Sources: Gmail ignores dots and everything from "+";
Yandex serves one mailbox under all its domains and reads "." as "-"; Outlook and iCloud ignore everything from "+".
"""

import re
from functools import lru_cache
from typing import Any, Final

from email_validator import EmailNotValidError, validate_email
from msgspec import Struct

from konnektu.core.contacts.blocked import is_blocked
from konnektu.core.invalid import Invalid
from konnektu.core.text import word_list

LONGEST: Final = 320
"""Characters of the longest text that is looked at; an address has at most 254."""

_GMAIL: Final = frozenset({"gmail.com", "googlemail.com"})
_YANDEX: Final = frozenset(
    word_list(
        "ya.ru yandex.ru yandex.com yandex.by yandex.kz yandex.ua yandex.uz yandex.az yandex.ee yandex.fr yandex.lt"
        " yandex.lv yandex.md yandex.tj yandex.tm yandex.com.tr yandex.com.am yandex.com.ge yandex.co.il yandex.eu"
        " narod.ru"
    )
)
_TAGGED: Final = frozenset(word_list("outlook.com hotmail.com live.com icloud.com me.com mac.com"))
_SAME_DOMAIN: Final = {"me.com": "icloud.com", "mac.com": "icloud.com"}
_ROLES: Final = frozenset(
    word_list(
        """
    abuse accounting accounts admin administrator bookkeeping buh buhgalteria company contact contacts director
    e-mail email feedback hello help helpdesk hostmaster hotline hr info information job jobs kadry
    kassa mail mailbox manager marketing
    media office opt order orders otdel postmaster pr press priem reception rezume root sale sales secretar
    secretary security service shop sklad snab spam support team tender webmaster zakaz zakupki
    """
    )
)
_FILLER_LOGINS: Final = frozenset(
    word_list(
        """
    no net nety noemail no-email no_email nomail no-mail no_mail none noreply no-reply no_reply donotreply
    do-not-reply mailer-daemon null undefined test test1 test123 tester testtest example fake asdf qwe qwerty
    aaa aaaa xxx zzz abc 1 11 111 123 1234 12345 123456 0 00 000
    """
    )
)
_FREE_MAIL: Final = frozenset(word_list("mail gmail yandex ya bk list inbox rambler hotmail outlook"))
_DEAD_DOMAINS: Final = (
    "invalid",
    "localhost",
    "local",
    "localdomain",
    "internal",
    "test.test",
    "no.no",
    "net.net",
)
_PLAIN: Final = re.compile(
    r"(?=.{3,254}\Z)([a-z0-9!#$%&'*+/=?^_`{|}~\-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~\-]+)*)"
    r"@((?:[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9\-]{1,59}))"
)
_IN_BRACKETS: Final = re.compile(r"[^<>]*<([^<>@\s]+@[^<>@\s]+)>")
_AROUND: Final = " \t\r\n,;.:'\"<>()[]\u00a0\u200b\ufeff"
_LOGIN_LIMIT: Final = 64
_TOO_SHORT_TO_MEAN: Final = 3


class Email(Struct, frozen=True):
    """An address that mail can be sent to."""

    value: str
    """The key to match by: one text for all spellings of one mailbox."""
    address: str
    """The address to send to, as stated, the domain in lower case."""
    is_role: bool = False
    """A mailbox of an office (info@, zakaz@): mail may go there, but it identifies nobody."""

    @property
    def domain(self) -> str:
        """The domain mail goes to, in ASCII lower case."""
        return self.address.rpartition("@")[2]

    @property
    def is_identifier(self) -> bool:
        """Whether it may identify a person."""
        return not self.is_role


def email(raw: Any) -> Email | Invalid:
    """The mailbox that a text names.

    Reasons: not_text, empty, too_long, not_an_address, placeholder.
    """
    if not isinstance(raw, str):
        return Invalid("not_text")
    if len(raw) > LONGEST:
        return Invalid("too_long")
    return _email(raw)


@lru_cache(maxsize=1 << 16)
def _email(raw: str) -> Email | Invalid:
    stated = _bare(raw)
    if not stated:
        return Invalid("empty")
    plain = _PLAIN.fullmatch(stated.lower())
    if plain is None:
        return _unusual(stated)
    if len(plain[1]) > _LOGIN_LIMIT:
        return Invalid("not_an_address")
    return _judged(stated.rpartition("@")[0], plain[2])


def _bare(raw: str) -> str:
    """The address without what people paste around it: brackets, a name before them, mailto:, end marks."""
    text = raw.strip(_AROUND) if "<" not in raw else raw.strip()
    if bracketed := _IN_BRACKETS.fullmatch(text):
        text = bracketed[1]
    text = text.strip(_AROUND)
    return text[7:].strip(_AROUND) if text[:7].lower() == "mailto:" else text


def _unusual(stated: str) -> Email | Invalid:
    """Domains and logins in other scripts, by the rules of IDNA and SMTPUTF8."""
    try:
        parts = validate_email(stated, check_deliverability=False)
    except (EmailNotValidError, UnicodeError):
        return Invalid("placeholder" if is_blocked(stated) else "not_an_address")
    return _judged(parts.local_part, (parts.ascii_domain or parts.domain).lower())


def _judged(login: str, domain: str) -> Email | Invalid:
    name = login.lower()
    if name in _FILLER_LOGINS or _is_dead(domain) or _is_echo(name, domain):
        return Invalid("placeholder")
    return Email(_key(name, domain), f"{login}@{domain}", name.partition("+")[0] in _ROLES)


def _is_dead(domain: str) -> bool:
    return domain.endswith(_DEAD_DOMAINS) and any(
        domain == d or domain.endswith("." + d) for d in _DEAD_DOMAINS
    )


def _is_echo(name: str, domain: str) -> bool:
    """A login that only repeats the domain, as mail@mail.ru or a@a.ru; a family may well own ivanov@ivanov.ru."""
    return name == domain.partition(".")[0] and (name in _FREE_MAIL or len(name) <= _TOO_SHORT_TO_MEAN)


def _key(name: str, domain: str) -> str:
    if domain in _GMAIL:
        return _untagged(name).replace(".", "") + "@gmail.com"
    if domain in _YANDEX:
        return _untagged(name).replace(".", "-") + "@yandex.ru"
    if domain in _TAGGED:
        return f"{_untagged(name)}@{_SAME_DOMAIN.get(domain, domain)}"
    return f"{name}@{domain}"


def _untagged(name: str) -> str:
    """The login before "+"; whole where nothing stands before it."""
    return name.partition("+")[0] or name
