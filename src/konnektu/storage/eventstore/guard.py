"""In: a workspace's statement as ClickHouse itself formats it. Out: why it is refused, or nothing.

What a workspace may read and write is ruled by its role inside the engine. This guard refuses what no
grant rules there: files, other sessions' texts, and statements that change the session. It reads the
formatted text (one statement, no comments, one way of quoting), never the sender's.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

TOKEN = re.compile(
    r"""(?P<string>'(?:[^'\\]|\\.|'')*')|`(?P<quoted>(?:[^`\\]|\\.|``)*)`|"(?P<double>(?:[^"\\]|\\.|"")*)\""""
    r"""|(?P<word>[^\W\d]\w*)|(?P<number>\d[\w.]*)|(?P<sign>\S)""",
    re.DOTALL,
)

VERBS = frozenset(
    {"SELECT", "WITH", "INSERT", "EXPLAIN", "DESCRIBE", "DESC", "SHOW", "EXISTS", "ALTER", "DELETE", "UPDATE"}
    | {"OPTIMIZE", "TRUNCATE"}
)
SHOWN = frozenset({"TABLES", "CREATE", "COLUMNS", "DATABASES", "INDEXES"})
SAFE_SYSTEM_TABLES = frozenset(
    {"settings", "tables", "columns", "databases", "parts", "mutations", "functions", "formats", "one"}
    | {"numbers", "time_zones", "data_type_families", "merge_tree_settings"}
)
"""Tables of `system` that say nothing of others: the rest show statements and errors of every session."""
SAFE_TABLE_FUNCTIONS = frozenset(
    {"numbers", "numbers_mt", "zeros", "values", "view", "format", "generateSeries", "null"}
)
UNSAFE_FUNCTIONS = frozenset(
    {"file", "getmacro", "getserversetting", "showcertificate", "catboostevaluate", "sleep", "sleepeachrow"}
    | {
        "addresstoline",
        "addresstolinewithinlines",
        "addresstosymbol",
        "logtrace",
        "getclienthttpheader",
        "eval",
    }
)
"""Lower case. They read files or the server, or waste a place."""
SAFE_SETTINGS = frozenset(
    {"priority", "final", "mutations_sync", "lightweight_deletes_sync", "session_timezone", "async_insert"}
    | {
        "wait_for_async_insert",
        "result_overflow_mode",
        "use_query_cache",
        "log_comment",
        "prefer_column_name_to_alias",
    }
    | {
        "aggregate_functions_null_for_empty",
        "transform_null_in",
        "distributed_product_mode",
        "enable_analyzer",
    }
    | {"timeout_overflow_mode", "enable_json_type", "allow_experimental_json_type", "describe_compact_output"}
    | {"data_type_default_nullable", "extremes", "totals_mode", "short_circuit_function_evaluation"}
)
SAFE_SETTING_PREFIXES = (
    "max_",
    "min_",
    "cast_",
    "join_",
    "group_by_",
    "optimize_",
    "date_time_",
    "type_json_",
    "insert_",
)
SAFE_FORMAT_PREFIXES = ("input_format_", "output_format_")
"""Settings of formats are safe but for those that name a file, all of which contain the word `schema`."""


def refusal(formatted: str, table_functions: AbstractSet[str]) -> str:
    """Return why a workspace may not run this statement, or an empty text.

    `formatted` is the answer of `formatQuerySingleLine`; `table_functions` are all that the engine has.
    """
    tokens = _tokens(formatted)
    unsafe = UNSAFE_FUNCTIONS | {name.lower() for name in table_functions - SAFE_TABLE_FUNCTIONS}
    reasons = (
        _bad_verb(tokens),
        *(_bad_at(tokens, at, unsafe) for at in range(len(tokens))),
        *(f"setting {name}" for name in _settings(tokens) if not is_safe_setting(name)),
    )
    return next((reason for reason in reasons if reason), "")


def is_safe_setting(name: str) -> bool:
    """Whether a workspace may set this for its statement."""
    if name.startswith(SAFE_FORMAT_PREFIXES):
        return "schema" not in name
    return name in SAFE_SETTINGS or name.startswith(SAFE_SETTING_PREFIXES)


def made_database(formatted: str) -> str | None:
    """Return the name of the database that this statement makes, or None."""
    tokens = _tokens(formatted)
    if [word.upper() for word in tokens[:2]] != ["CREATE", "DATABASE"]:
        return None
    return next((word for word in tokens[2:] if word.upper() not in {"IF", "NOT", "EXISTS"}), None)


def _tokens(text: str) -> list[str]:
    """Words and signs; a quoted name is a word without its quotes, a string is one quote sign."""
    found = []
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or ""
        found.append("'" if kind.startswith("string") else match.group(kind))
    return found


def _bad_verb(tokens: Sequence[str]) -> str:
    words = [word.upper() for word in tokens if word != "("]
    if not words or words[0] not in VERBS:
        return f"statement {words[0] if words else ''}"
    if words[0] == "SHOW" and words[1:2] and words[1] not in SHOWN:
        return f"statement SHOW {words[1]}"
    return ""


def _bad_at(tokens: Sequence[str], at: int, unsafe: AbstractSet[str]) -> str:
    """Why the token at this place, with its neighbours, is refused."""
    word = tokens[at]
    after = tokens[at + 1 : at + 3]
    before = tokens[max(at - 2, 0) : at]
    if word.upper() in {"OUTFILE", "INFILE"} and before[-1:] and before[-1].upper() in {"INTO", "FROM"}:
        return f"{before[-1]} {word}"
    if word.lower() == "system" and after[:1] == ["."] and after[1:] and after[1] not in SAFE_SYSTEM_TABLES:
        return f"table system.{after[1]}"
    if word == "Identifier" and before[-1:] == [":"]:
        return "a name as parameter"
    is_called = after[:1] == ["("] or "APPLY" in {token.upper() for token in before}
    is_function = word.lower() in unsafe or (word.lower().startswith("ai") and word[2:3].isupper())
    return f"function {word}" if is_called and is_function else ""


def _settings(tokens: Sequence[str]) -> list[str]:
    """Names set by every SETTINGS clause: name = value pairs between commas."""
    names = []
    for clause in (at for at, word in enumerate(tokens) if word.upper() == "SETTINGS"):
        at = clause + 1
        while tokens[at + 1 : at + 2] == ["="]:
            names.append(tokens[at])
            at = _after_value(tokens, at + 2)
    return names


def _after_value(tokens: Sequence[str], at: int) -> int:
    """Where the next pair begins: behind the comma that ends this value, brackets counted."""
    depth = 0
    while at < len(tokens):
        if tokens[at] in {"(", "[", "{"}:
            depth += 1
        elif tokens[at] in {")", "]", "}"}:
            depth -= 1
        if depth < 0:
            return at
        if depth == 0 and tokens[at] == ",":
            return at + 1
        at += 1
    return at
