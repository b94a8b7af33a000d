"""Consents as SQL. In: a use. Out: that its consent stands so, over the statements that versions of mirrors hold.

The same decision as `rules.memory.consents`, whose words stand here as arrays: what replaces what, what lifts what.
"""

from typing import Final

from konnektu.rules.model import Consent
from konnektu.rules.sql.writing import Given, Writing

_NAMED: Final = ("entity", "contact", "channel", "category", "purpose")
_WHOLE: Final = ("time", "position", "number", "atom")
_PLACES: Final = {name: place for place, name in enumerate((*_WHOLE, "state", *_NAMED), 1)}
_TYPE: Final = f"Tuple({'Int64, ' * 4}{'String, ' * 6}UInt8, UInt8, Nullable(Int64))"
_EXPLICIT, _PROVEN, _UNTIL = (len(_PLACES) + place for place in (1, 2, 3))


def consent(one: Consent, writing: Writing) -> str:
    """That the consent to a use stands as a leaf says."""
    last = _last(_heard(one, writing))
    ends = f"(each.{_UNTIL} IS NULL OR each.{_UNTIL} > at)"
    given = f"arrayFilter(each -> {_is('each', 'state')} = 'given' AND {ends}, {last})"
    refusals = f"arrayFilter(each -> {_is('each', 'state')} != 'given', {last})"
    named = (
        f"arrayDistinct(arrayFilter(each -> each != '', arrayMap(each -> {_is('each', 'contact')}, {last})))"
    )
    contacts = f"if(empty({named}), [''], {named})"
    standing = f"arrayMap(contact -> {_state(given, refusals)}, {contacts})"
    words = f"multiIf(has({standing}, 'given'), 'given', has({standing}, 'refused'), 'refused', 'unknown')"
    return f"({words} = '{one.state}')"


def _heard(use: Consent, writing: Writing) -> str:
    """What was said of the use, each as a tuple."""
    read = [f"JSONExtractInt(body, '{one}')" for one in _WHOLE]
    read += [f"JSONExtractString(body, '{one}')" for one in ("state", *_NAMED)]
    read += [f"JSONExtractBool(body, '{one}')" for one in ("explicit", "proven")]
    read += ["JSONExtract(body, 'valid_until', 'Nullable(Int64)')"]
    bound = {one: getattr(use, one) for one in _NAMED if one != "contact"}
    speaks = (
        f"JSONExtractString(body, '{one}') IN ('', {writing.binding.text(held)})"
        for one, held in bound.items()
    )
    heard = Given(f"({', '.join(read)})", _TYPE)
    said = ("JSONExtractInt(body, 'time') <= at", *speaks)
    return writing.column("statement", "groupArray", said, heard)


def _is(one: str, name: str) -> str:
    return f"{one}.{_PLACES[name]}"


def _moment(one: str) -> str:
    return f"({_is(one, 'time')}, {_is(one, 'position')}, {_is(one, 'number')})"


def _last(heard: str) -> str:
    """Those that nothing newer about the same replaces; a passive word never replaces an explicit one."""
    same = " AND ".join(f"{_is('later', one)} = {_is('each', one)}" for one in ("atom", *_NAMED))
    strong = f"(later.{_EXPLICIT} OR NOT each.{_EXPLICIT})"
    replaces = f"{same} AND {_moment('later')} > {_moment('each')} AND {strong}"
    return f"arrayFilter(each -> NOT arrayExists(later -> {replaces}, {heard}), {heard})"


def _state(given: str, refusals: str) -> str:
    """Where it stands for a contact, by what names it or names none."""
    lifts = " AND ".join(f"{_is('refusal', one)} IN ({_is('word', one)}, '')" for one in _NAMED)
    lifts += f" AND word.{_EXPLICIT} AND word.{_PROVEN} AND {_moment('word')} > {_moment('refusal')}"
    lifted = f"arrayExists(word -> {_of_contact('word')} AND {lifts}, {given})"
    refused = f"arrayExists(refusal -> {_of_contact('refusal')} AND NOT {lifted}, {refusals})"
    agreed = f"arrayExists(word -> {_of_contact('word')}, {given})"
    return f"multiIf({refused}, 'refused', {agreed}, 'given', 'unknown')"


def _of_contact(one: str) -> str:
    return f"({_is(one, 'contact')} = contact OR {_is(one, 'contact')} = '')"
