"""Values of things as SQL. In: where a value stands. Out: expressions of every type it may be read as.

A value of another type is NULL, as `rules.reading` says. Numbers are whole billionths (Int256), amounts whole minor
units (Int256), days whole days since 1970, instants milliseconds UTC: comparisons and sums are exact.
"""

from msgspec import Struct

from konnektu.core.money import exponent
from konnektu.rules.sql.binding import Binding

NULL = "NULL"
BILLION = 1_000_000_000
_FIRST_DAY, _LAST_DAY = -25_567, 120_529
DAY_MS = 86_400_000
_FIRST_MS, _END_MS = _FIRST_DAY * DAY_MS, (_LAST_DAY + 1) * DAY_MS
_DAY = "'^[0-9]{4}-[0-9]{2}-[0-9]{2}$'"
_INSTANT = (
    "'^[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,9})?"
    "(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])$'"
)


class Value(Struct, frozen=True):
    """A value; each field the SQL that reads it as a type. NULL where it cannot be of the type."""

    present: str
    text: str = NULL
    number: str = NULL
    whole: str = ""
    """The same number where it is whole, not in billionths; empty where that is not known."""
    yes_no: str = NULL
    day: str = NULL
    instant: str = NULL
    texts: str = "[]"
    """Array of texts."""
    objects: str = "[]"
    """Array of JSON objects."""
    amounts: tuple[str, str] | None = None
    """(billionths, currency) where it is an amount of a currency that stands with it."""
    units: tuple[str, str] | None = None
    """(minor units, currency) where they are known already."""
    currency: str = "''"
    """Of the nearest object around it that names one."""

    def money(self, currency: str, binding: Binding) -> str:
        """Minor units of a currency; NULL in another."""
        named = binding.text(currency)
        if self.units is not None:
            return f"if({self.units[1]} = {named}, {self.units[0]}, NULL)"
        if self.amounts is None:
            return NULL
        billionths, beside = self.amounts
        unit = 10 ** (9 - exponent(currency))
        rounded = f"sign({billionths}) * intDiv(abs({billionths}) + {unit // 2}, {unit})"
        is_right = f"{beside} = {named} AND abs({billionths}) < toInt256(1000000000000) * {BILLION}"
        return f"if({is_right}, {rounded}, NULL)"


def json_value(
    document: str,
    path: tuple[str, ...],
    binding: Binding,
    around: int = 0,
    currency: str = "''",
    raw: str = "",
) -> Value:
    """A value of JSON as accepted; currencies are looked for in the objects below the first `around` steps.

    `raw` is the JSON of the value, where there is a shorter way to it.
    """
    places = [binding.text(one) for one in path]
    at = ", ".join([document, *places])
    raw = raw or f"JSONExtractRaw({at})"
    text = _text_of(raw)
    is_text = f"startsWith({raw}, '\"')"
    near = currency
    for depth in range(around, len(path)):
        near = _nearer(", ".join([document, *places[:depth], binding.text("currency")]), near)
    amount = f"JSONExtractRaw({at}, {binding.text('amount')})"
    own = _nearer(f"{at}, {binding.text('currency')}", "''")
    is_object = f"startsWith({raw}, '{{')"
    whole = _bounded(f"toInt64OrNull({raw})")
    return Value(
        present=f"({raw} NOT IN ('', 'null'))",
        text=f"if({is_text}, {text}, NULL)",
        number=billionths(raw, f"match({raw}, '^[-0-9]')"),
        yes_no=f"if({raw} IN ('true', 'false'), {raw} = 'true', NULL)",
        day=f"if({is_text}, {day_of(text)}, NULL)",
        instant=f"multiIf({is_text}, {instant_of(text)}, match({raw}, '^-?[0-9]+$'), {whole}, NULL)",
        texts=_texts(at),
        objects=f"arrayFilter(one -> startsWith(one, '{{'), JSONExtractArrayRaw({at}))",
        amounts=(
            f"if({is_object}, {billionths(_numeric(amount))}, {billionths(_numeric(raw))})",
            f"if({is_object}, {own}, {near})",
        ),
        currency=near,
    )


def _texts(at: str) -> str:
    """The texts of a list."""
    texts = f"arrayFilter(one -> startsWith(one, '\"'), JSONExtractArrayRaw({at}))"
    return f"arrayMap(one -> JSONExtractString(one), {texts})"


def _numeric(raw: str) -> str:
    return f"if(match({raw}, '^[-0-9]'), {raw}, '')"


def _text_of(raw: str) -> str:
    """The text that JSON of a text says. Of other JSON the answer means nothing."""
    # To read the document once more takes longer than all the rest of a count.
    plain = f"substring({raw}, 2, greatest(toInt64(length({raw})) - 2, 0))"
    return f"if(position({raw}, '\\\\') = 0, {plain}, JSONExtractString({raw}))"


def _nearer(at: str, further: str) -> str:
    raw = f"JSONExtractRaw({at})"
    return f"if(match({raw}, '^\"[A-Za-z]{{3}}\"$'), upper(substring({raw}, 2, 3)), {further})"


def billionths(text: str, is_number: str = "true") -> str:
    """A number's text in whole billionths, rounded half even; NULL beyond 29 digits."""
    # Most numbers are whole and small; what reads every other takes five times as long.
    small = f"toInt32OrNull({text})"
    read = f"toDecimal256OrNull({text}, 27)"
    kept = f"if(abs({read}) < toDecimal256('100000000000000000000000000000', 0), {read}, NULL)"
    exact = f"toInt256(roundBankers({kept}, 9) * {BILLION})"
    return f"multiIf({small} IS NOT NULL, toInt256({small}) * {BILLION}, {is_number}, {exact}, NULL)"


def day_of(text: str) -> str:
    """Days since 1970 of a text such as 2025-12-31."""
    read = f"toDate32OrNull({text})"
    return f"if(match({text}, {_DAY}) AND toString({read}) = {text}, toInt32({read}), NULL)"


def instant_of(text: str) -> str:
    """Milliseconds of ISO 8601 with its offset."""
    day, tail = day_of(f"substring({text}, 1, 10)"), f"substring({text}, 20)"
    clock = " + ".join(
        f"toInt64OrZero(substring({text}, {start}, 2)) * {factor}"
        for start, factor in ((12, 3_600_000), (15, 60_000), (18, 1_000))
    )
    fraction = f"toInt64OrZero(rightPad(substring(extract({tail}, '^[.]([0-9]+)'), 1, 3), 3, '0'))"
    offset = (
        f"(toInt64OrZero(extract({tail}, '[+-]([0-9]{{2}})')) * 3600000"
        f" + toInt64OrZero(extract({tail}, ':([0-9]{{2}})$')) * 60000) * if(position({tail}, '-') > 0, -1, 1)"
    )
    # Of a day outside the calendar of the engine nothing is read, and the whole is NULL.
    whole = f"toInt64({day}) * {DAY_MS} + {clock} + {fraction} - {offset}"
    return f"if(match({text}, {_INSTANT}), {whole}, NULL)"


def _bounded(instant: str) -> str:
    return f"if({instant} >= {_FIRST_MS} AND {instant} < {_END_MS}, {instant}, NULL)"


def typed_value(document: str, path: tuple[str, ...], binding: Binding) -> Value:
    """A value whose type is known, as a mirror writes it (`mirrors.typed`)."""
    at = ", ".join([document, *(binding.text(one) for one in path)])
    raw = f"JSONExtractRaw({at})"
    is_text = f"startsWith({raw}, '\"')"

    def held(key: str) -> str:
        return f"{at}, '{key}'"

    def whole(key: str) -> str:
        return f"if(JSONHas({held(key)}), JSONExtractInt({held(key)}), NULL)"

    day = whole("$day")
    return Value(
        present=f"({raw} NOT IN ('', 'null'))",
        text=f"if({is_text}, {_text_of(raw)}, NULL)",
        number=billionths(f"JSONExtractString({held('$number')})"),
        yes_no=f"if({raw} IN ('true', 'false'), {raw} = 'true', NULL)",
        day=f"if({day} BETWEEN {_FIRST_DAY} AND {_LAST_DAY}, {day}, NULL)",
        instant=_bounded(whole("$instant")),
        texts=_texts(at),
        units=(
            f"if(JSONHas({held('$units')}), toInt256(JSONExtractInt({held('$units')})), NULL)",
            f"JSONExtractString({held('$currency')})",
        ),
    )


def text_column(column: str, *, is_empty_missing: bool = False) -> Value:
    """A text that is a column."""
    held = f"nullIf(CAST({column} AS String), '')" if is_empty_missing else f"CAST({column} AS String)"
    return Value(present=f"({column} != '')" if is_empty_missing else "true", text=held)
