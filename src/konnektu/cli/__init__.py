"""The command line. In: words and options. Out: an answer on standard output, progress and errors on standard error.

Invariant: with --json a command prints one JSON document and nothing else on standard output; exit codes are
0 done, 1 refused or failed with advice, 2 wrong usage, 130 interrupted. Commands load only when called.
"""

import gc
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter

from konnektu import __version__
from konnektu.cli.answer import Answer, Context, show, show_error
from konnektu.core import config, logging
from konnektu.core.errors import KonnektuError

COMMANDS = {
    "backup": ("konnektu.cli.keeping:backup", "Back up a workspace, or all, while everything goes on."),
    "bench": ("konnektu.cli.bench:bench", "Measure this machine against the budgets."),
    "catalogue load": (
        "konnektu.cli.catalogue:load_catalogue",
        "Load a price list: YML, or a table of products, stores, stock or categories.",
    ),
    "config": ("konnektu.cli.settings:show_config", "Show every setting, its value and where it came from."),
    "demo": ("konnektu.cli.demo:demo", "Make the demo project: real purchases, and a year of a shop's life."),
    "dictionary rebuild": (
        "konnektu.cli.rebuilding:rebuild_dictionary",
        "Learn which events and attributes came anew, from the whole history.",
    ),
    "doctor": ("konnektu.cli.doctor:doctor", "Look at this machine and its data, and say what is wrong."),
    "erase": ("konnektu.cli.erasing:erase", "Remove one person everywhere, for good."),
    "export": ("konnektu.cli.tables:export_list", "Write a list of a workspace as CSV, XLSX or JSON Lines."),
    "flow": ("konnektu.cli.flow:flow", "Show every stage of the flow, and how far each workspace is behind."),
    "import": (
        "konnektu.cli.tables:import_file",
        "Import people or events from a CSV, XLSX or JSON Lines file.",
    ),
    "jobs": ("konnektu.cli.working:show_jobs", "Show the jobs of a workspace, the latest first."),
    "problems": (
        "konnektu.cli.working:show_problems",
        "Show what is broken in a workspace, and what to do.",
    ),
    "profile": ("konnektu.cli.people:show_profile", "Show one person."),
    "rebuild": (
        "konnektu.cli.rebuilding:rebuild_workspace",
        "Fold the whole history anew and compare it with the profiles.",
    ),
    "restore": (
        "konnektu.cli.keeping:restore",
        "Make a workspace from a backup, here or on an empty machine.",
    ),
    "retention": (
        "konnektu.cli.retention:retention",
        "Show what is older than the rules of retention allow, or remove it.",
    ),
    "role": ("konnektu.cli.roles:run_role", "Run one role in this process; the supervisor calls this."),
    "rules apply": (
        "konnektu.cli.identity_rules:apply_rules",
        "Let other identity rules hold, from here on or backwards.",
    ),
    "rules preview": (
        "konnektu.cli.identity_rules:preview_rules",
        "Try other identity rules on the whole base; changes nothing.",
    ),
    "rules show": ("konnektu.cli.identity_rules:show_rules", "Show the identity rules in force."),
    "serve": ("konnektu.cli.serve:serve", "Start the product, or some of its roles."),
    "source create": (
        "konnektu.cli.projects:create_source",
        "Make a source of events and print its write key.",
    ),
    "token create": (
        "konnektu.cli.projects:create_token",
        "Make a token of the management API and print it once.",
    ),
    "upgrade": ("konnektu.cli.upgrading:upgrade", "Try this release on a backup, in a place of its own."),
    "user create": ("konnektu.cli.projects:create_user", "Make a user who can sign in to a workspace."),
    "user invite": ("konnektu.cli.users:invite", "Invite a named person and print the link once."),
    "user reset-second-factor": (
        "konnektu.cli.users:reset_second_factor",
        "Take a lost second factor from a user.",
    ),
    "workspace create": ("konnektu.cli.projects:create_workspace", "Make a workspace with its owner."),
    "user roles": ("konnektu.cli.users:list_roles", "Show the roles of a workspace with their rights."),
    "user unlock": (
        "konnektu.cli.users:lift_lockout",
        "Hear a login or an address again that waits after failed sign-ins.",
    ),
    "workspace limit": (
        "konnektu.cli.users:limit_users",
        "Show or change how many users a workspace may have.",
    ),
    "workspace list": ("konnektu.cli.projects:list_workspaces", "Show every workspace and its link."),
}
"""Command → where it stands, and its line in the help. Two words: a command of a group."""
GROUPS = {
    "catalogue": "What people sell: products, stores, stock.",
    "dictionary": "Which events and attributes come.",
    "rules": "Identity rules: how it is decided who is one person.",
    "source": "Sources of events and their write keys.",
    "token": "Tokens of the management API.",
    "user": "People who sign in.",
    "workspace": "Workspaces: one client of the installation each.",
}
HIDDEN = {"role"}

YOUNG_OBJECTS = 100_000
"""Objects made before the collector looks for circles among them."""
FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130


def make_app() -> App:
    """The tree of commands."""
    app = App(name="konnektu", help="A self-hosted customer data platform.", version=__version__)
    groups = {name: App(name=name, help=line) for name, line in GROUPS.items()}
    for group in groups.values():
        app.command(group)
    for words, (place, line) in COMMANDS.items():
        group_name, _, name = words.rpartition(" ")
        holder = groups[group_name] if group_name else app
        holder.command(place, name=name, help=line, show=name not in HIDDEN)
    return app


app = make_app()


@app.meta.default
def launch(
    *words: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    json: Annotated[bool, Parameter(negative=())] = False,
    data: Path | None = None,
) -> Answer | None:
    """A self-hosted customer data platform.

    Parameters
    ----------
    json
        Print one JSON document.
    data
        Data folder; else KONNEKTU_DATA, else .data here.
    """
    command, bound, unbound = app.parse_args(words, exit_on_error=False, print_error=False)
    wanted = {name: kind for name, kind in unbound.items() if kind is Context}
    context = dict.fromkeys(wanted, Context({"data": data}, json)) if wanted else {}
    answer: Answer | None = command(*bound.args, **bound.kwargs, **context)
    return answer


def main(words: list[str] | None = None) -> None:
    """Run one command of `words`, or of the process's own, and exit."""
    # Loading makes a million objects that stay: looking through them again and again is a third of every start.
    gc.set_threshold(YOUNG_OBJECTS)
    try:
        _run(words)
    finally:
        gc.freeze()  # what is left ends with the process and need not be sorted


def _run(words: list[str] | None) -> None:
    words = sys.argv[1:] if words is None else words
    as_json = "--json" in words
    logging.configure("warning", "console")  # on standard error; a command that serves says otherwise
    try:
        answer = app.meta(words, exit_on_error=False, print_error=False, result_action="return_value")
        if isinstance(answer, Answer):
            show(answer, as_json)
            sys.exit(answer.exit_code)
    except KonnektuError as error:
        show_error(error, as_json)
        sys.exit(FAILED)
    except CycloptsError as error:
        show_error(error, as_json)
        sys.exit(WRONG_USAGE)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


__all__ = ["app", "config", "main"]
