"""Windows in words. In: a window. Out: a text that begins with a blank, or an empty one for all time."""

from konnektu.rules.figures import Since, Window
from konnektu.rules.windows import Absolute, Calendar, Ever, Rolling, Span
from konnektu.rules.words.phrases import PERIODS
from konnektu.rules.words.tongue import Tongue


def span(length: Span, tongue: Tongue, *, genitive: bool = False) -> str:
    """A span: 3 days."""
    return tongue.counted(length.amount, length.unit, genitive=genitive)


def window(within: Window, tongue: Tongue, what: str = "") -> str:
    """A window; `what` names the events that one of `since` goes by."""
    match within:
        case Ever():
            return ""
        case Rolling():
            return _rolling(within, tongue)
        case Calendar():
            return calendar(within, tongue)
        case Absolute():
            return _absolute(within, tongue)
        case Since():
            return tongue.say("since", what=what)


def _rolling(within: Rolling, tongue: Tongue) -> str:
    if within.far is None:
        return tongue.say("before", near=span(within.near, tongue, genitive=True))
    if within.near.ms:
        far, near = (span(one, tongue, genitive=True) for one in (within.far, within.near))
        return tongue.say("two_sided", far=far, near=near)
    return tongue.say("rolling", far=span(within.far, tongue))


def calendar(within: Calendar, tongue: Tongue) -> str:
    """A window of the calendar."""
    return _periods(within, tongue) + zone(within.zone, tongue)


def _periods(within: Calendar, tongue: Tongue) -> str:
    named = f"{within.unit}{within.first}"
    if within.first == within.last and named in PERIODS:
        return " " + tongue.of(PERIODS, named)
    periods = tongue.counted(within.last - within.first + 1, within.unit)
    if within.last == 0:
        return tongue.say("with_present", periods=periods)
    if within.last == -1:
        return tongue.say("whole_before", periods=periods)
    unit = tongue.counted(1, within.unit).partition(" ")[2]
    return tongue.say("periods", unit=unit, first=f"{within.first:+d}", last=f"{within.last:+d}")


def zone(name: str, tongue: Tongue) -> str:
    """By whose clock, where it is not the workspace's."""
    if name == "workspace":
        return ""
    return tongue.say("person_zone") if name == "person" else tongue.say("named_zone", zone=name)


def _absolute(within: Absolute, tongue: Tongue) -> str:
    start = "" if within.start is None else tongue.say("from", start=tongue.instant(within.start))
    end = "" if within.end is None else tongue.say("until", end=tongue.instant(within.end))
    return start + end
