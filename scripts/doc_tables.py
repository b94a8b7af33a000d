"""Writes the tables of docs/ that repeat what the code says. In: the code. Out: the text between
`<!-- table NAME -->` and `<!-- end -->` in every file of docs/.

    .venv/bin/python scripts/doc_tables.py [--check]

`--check` changes nothing and fails where a table differs; a test does the same.
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import get_args

import msgspec

from konnektu.access.api import Passwords
from konnektu.access.model import ROLES, Right
from konnektu.acquisition.model import FIELDS as MARKETING_FIELDS
from konnektu.acquisition.model import KINDS as MARKETING_KINDS
from konnektu.cli import COMMANDS, HIDDEN
from konnektu.collect.model import Reason
from konnektu.core import errors, metrics
from konnektu.core.clock import SystemClock
from konnektu.core.config import PREFIX, SECRETS, Config, meanings
from konnektu.core.errors import KonnektuError
from konnektu.core.identifiers import DEFAULT_KINDS, Kind
from konnektu.core.logging import Action
from konnektu.core.section import sections
from konnektu.flow import STAGES
from konnektu.orders.words import STAGES as ORDER_STAGES
from konnektu.storage.api import Storage
from konnektu.web.app import make_app
from konnektu.web.problems import TYPE_PREFIX
from konnektu.web.rows import CLOSED

DOCS = Path(__file__).resolve().parent.parent / "docs"
TABLE = re.compile(r"(<!-- table (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown; a bar inside a cell is escaped."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def settings() -> str:
    """Every setting: variable, default, meaning."""
    default, said = Config(), meanings()
    rows = [
        (f"`{PREFIX}{name.upper()}`", _shown(name, getattr(default, name)), said[name])
        for name in Config.__struct_fields__
    ]
    return markdown(("variable", "default", "meaning"), rows)


def _shown(name: str, value: object) -> str:
    text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return f"`{text}`" if text else "none; secret" if name in SECRETS else "none"


def metric_table() -> str:
    """Every metric: name, what it means and what to do."""
    rows = [(f"`{name}`", said) for name, said in metrics.declared().items()]
    return markdown(("metric", "meaning and remedy"), rows)


def order_stage_table() -> str:
    """The stages of orders, in their order."""
    rows = [(f"`{name}`", en, ru) for name, (en, ru) in ORDER_STAGES.items()]
    return markdown(("stage", "in English", "по-русски"), rows)


def marketing_kind_table() -> str:
    """The kinds of marketing sources."""
    rows = [(f"`{name}`", en, ru) for name, (en, ru) in MARKETING_KINDS.items()]
    return markdown(("kind", "in English", "по-русски"), rows)


def marketing_field_table() -> str:
    """What a rule may ask of an event."""
    rows = [(f"`{name}`", en, ru) for name, (en, ru) in MARKETING_FIELDS.items()]
    return markdown(("field", "in English", "по-русски"), rows)


def section_table() -> str:
    """Every section: its name, words, right, filters and orders."""
    rows = [
        (
            f"`{name}`", one.en, one.ru, f"`{one.right}`", ", ".join(f"`{each.name}`" for each in one.filters),
            ", ".join(f"`{order}`" for order in one.orders),
        )
        for name, one in sections().items()
    ]  # fmt: skip
    return markdown(("section", "in English", "по-русски", "right", "filters", "orders"), rows)


def action_table() -> str:
    """Every log action: its word and what happened."""
    source = Path(sys.modules[Action.__module__].__file__ or "").read_text(encoding="utf-8")
    said = dict(re.findall(r'= "(\w+)"\n    """(.+?)"""', source, re.DOTALL))
    return markdown(("action", "what happened"), [(f"`{each.value}`", said[each.value]) for each in Action])


def error_table() -> str:
    """Every kind of error that an API answers with: type, status, meaning."""
    kinds = sorted(_kinds(KonnektuError), key=lambda kind: (kind.status, kind.__name__))
    rows = [
        (f"`{TYPE_PREFIX}{_word(kind)}`", str(kind.status), (kind.__doc__ or "").strip()) for kind in kinds
    ]
    return markdown(("type", "status", "meaning"), rows)


def _word(kind: type[KonnektuError]) -> str:
    """`NotFound` → `not_found`, as the answers of the API spell it."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def _kinds(root: type[KonnektuError]) -> Iterator[type[KonnektuError]]:
    for kind in root.__subclasses__():
        if kind.__module__ == errors.__name__:
            yield kind
            yield from _kinds(kind)


def command_table() -> str:
    """Every command of the command line."""
    rows = [(f"`konnektu {name}`", line) for name, (_, line) in COMMANDS.items() if name not in HIDDEN]
    return markdown(("command", "what it does"), rows)


def stage_table() -> str:
    """Every stage of the flow."""
    rows = [
        (each.name, each.process, each.reads, each.writes, f"`{each.batch}`", each.bad_data)
        for each in STAGES
    ]
    return markdown(("stage", "role", "reads", "writes", "batch", "bad data"), rows)


def kind_table() -> str:
    """Every kind of identifier, the strongest first."""
    rows = [
        (f"`{each.name}`", each.level, _limit(each), _life(each), str(each.max_people or "any"))
        for each in DEFAULT_KINDS
    ]
    return markdown(
        ("kind", "speaks of a", "values of one profile", "life", "people who may carry one"), rows
    )


def _limit(kind: Kind) -> str:
    if kind.level == "household":
        return "identifies nobody"
    often = f" in {kind.window_days} days" if kind.window_days else ""
    return f"{kind.limit or 'any'}{often}{', unique' if kind.unique else ''}"


def _life(kind: Kind) -> str:
    return f"{kind.life_days} days of silence" if kind.life_days else "for ever"


def right_table() -> str:
    """Every right, and the roles that have it."""
    rows = [
        (f"`{right}`", ", ".join(role for role, rights in ROLES.items() if right in rights))
        for right in get_args(Right)
    ]
    return markdown(("right", "roles"), rows)


def reason_table() -> str:
    """Every reason for quarantine."""
    reasons = [*get_args(Reason), "same_id_other_content", "breaks_plan", "unforeseen"]
    return markdown(("reason for quarantine", "meaning"), [(f"`{each}`", REASONS[each]) for each in reasons])


REASONS = {
    "unreadable": "not a JSON object",
    "too_large": "larger than `KONNEKTU_EVENT_BYTES`",
    "too_deep": "nested deeper than anything sensible",
    "wrong_type": "a field holds another type than the wire format says",
    "unknown_type": "`type` is none of the wire format's",
    "not_allowed": "a fact of the platform that this door may not bring",
    "no_name": "a track event without a name",
    "no_identifier": "nothing tells whose it is",
    "wrong_time": "unreadable, before 1970, or more than a day in the future",
    "breaks_plan": "the tracking plan rejects what breaks it; see [dictionary](dictionary.md)",
    "unforeseen": "a part of the system failed at this event; the log says how",
    "same_id_other_content": "the same id and time as an earlier event, but other content",
}


def closed_table() -> str:
    """What is closed to callers with a row limit, by reason."""
    return markdown(
        ("why", "operations"),
        [
            (one.why[0].upper() + one.why[1:], ", ".join(f"`{name}`" for name in sorted(one.operations)))
            for one in CLOSED
        ],
    )


def route_table() -> str:
    """Every route of the management API: method and path, the right it needs, what it does."""
    nowhere = Storage("postgresql://nobody@nowhere/none", b"")
    app = make_app(nowhere, Config(), SystemClock(), Passwords())
    paths: dict[str, dict[str, dict[str, str]]] = msgspec.json.decode(app.state.openapi)["paths"]
    rows = [
        (
            f"`{method.upper()} {path}`",
            f"`{said['x-right']}`" if said.get("x-right") else "",
            _first_line(said),
        )
        for path, methods in paths.items()
        for method, said in methods.items()
    ]
    return markdown(("route", "right", "what it does"), rows)


def _first_line(said: dict[str, str]) -> str:
    return said.get("description", "").partition("\n\n")[0].replace("\n", " ")


TABLES: dict[str, Callable[[], str]] = {
    "actions": action_table,
    "closed_to_limits": closed_table,
    "commands": command_table,
    "errors": error_table,
    "kinds": kind_table,
    "marketing_fields": marketing_field_table,
    "marketing_kinds": marketing_kind_table,
    "metrics": metric_table,
    "order_stages": order_stage_table,
    "reasons": reason_table,
    "rights": right_table,
    "routes": route_table,
    "sections": section_table,
    "settings": settings,
    "stages": stage_table,
}


def rewritten(text: str) -> str:
    """The text with every table as the code has it."""
    return TABLE.sub(lambda found: found[1] + TABLES[found[2]]() + found[3], text)


def main() -> int:
    """Rewrite, or with --check only compare; 1 where a file differs."""
    texts = {file: file.read_text("utf-8") for file in sorted(DOCS.rglob("*.md"))}
    stale = {file: rewritten(text) for file, text in texts.items() if rewritten(text) != text}
    for file, text in stale.items():
        print(file.relative_to(DOCS.parent))
        if "--check" not in sys.argv:
            file.write_text(text, "utf-8")
    return int(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
