"""In: a caller and what a workspace asks of whoever signs in. Out: its rules of sign-in.

Invariant: who lacks a second factor that is asked of them from here on is signed out; the one who asks never is.
"""

from msgspec.structs import asdict, replace

from konnektu.access import logic, sign_in_store, store
from konnektu.access.audit import record
from konnektu.access.caller import Caller
from konnektu.access.model import SignInRules
from konnektu.access.roles import rights_of_role
from konnektu.core.errors import Conflict
from konnektu.storage.api import Db


def sign_in_rules(control: Db, workspace: int) -> SignInRules:
    """Return what a workspace asks of whoever signs in."""
    with control.read() as conn:
        return store.settings(conn, workspace).sign_in


def change_sign_in_rules(control: Db, by: Caller, wanted: SignInRules, *, now: int) -> SignInRules:
    """Let other rules of sign-in hold in the caller's workspace; return them.

    Raises `Unprocessable` for a term that cannot be or a role there is not, `Conflict` where the caller themself
    lacks the second factor.
    """
    rules = logic.checked_sign_in_rules(wanted)
    with control.transaction() as conn:
        settings = store.lock_settings(conn, by.workspace.id)
        for role in rules.second_factor_roles:
            rights_of_role(conn, by.workspace.id, role)
        if logic.asks_more(settings.sign_in, rules):
            _refuse_to_shut_oneself_out(conn, by, rules)
            is_everyone = rules.is_second_factor_required
            sign_in_store.end_sessions_without_factor(
                conn, by.workspace.id, rules.second_factor_roles, is_everyone=is_everyone
            )
        store.save_settings(conn, by.workspace.id, replace(settings, sign_in=rules))
        detail = {**asdict(rules), "before": asdict(settings.sign_in)}
        record(conn, by, "sign_in_rules.changed", by.workspace.slug, detail, now=now)
    return rules


def _refuse_to_shut_oneself_out(conn: store.type_of_conn, by: Caller, rules: SignInRules) -> None:
    is_asked = by.role is not None and logic.is_second_factor_required(rules, by.role)
    if by.user and is_asked and sign_in_store.second_factor(conn, by.user) is None:
        raise Conflict("Set up your own second factor first: without it you would be signed out.")
