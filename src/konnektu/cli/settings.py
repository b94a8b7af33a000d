"""`konnektu config`. In: the settings. Out: each with its value, origin and meaning; secrets masked."""

from konnektu.cli.answer import Answer, Injected, table
from konnektu.core.config import describe


def show_config(*, context: Injected) -> Answer:
    """Show every setting, its value and where it came from."""
    rows = describe(context.settings())
    lines = [(row["name"], row["value"] or "—", row["origin"], row["meaning"]) for row in rows]
    return Answer(rows, table(("setting", "value", "from", "meaning"), lines))
