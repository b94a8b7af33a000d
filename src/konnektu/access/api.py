"""The front door of access: sources and keys, users, sign-in, tokens, settings, audit, and the guard of routes.

Each function takes the control schema's `Db` (or the whole `Storage` where it must find workspaces), the
caller, and `now` in milliseconds UTC.
"""

from konnektu.access.audit import audit, record, record_alone
from konnektu.access.caller import Caller, system_caller
from konnektu.access.guard import Gate, caller_of, require
from konnektu.access.logic import checked_password, normal_login
from konnektu.access.model import (
    BROWSER_KINDS,
    RIGHTS,
    ROLES,
    Actor,
    Audited,
    NewToken,
    Right,
    Role,
    Settings,
    SignedIn,
    Source,
    SourceKind,
    SourceState,
    Token,
    User,
    UserState,
    WriteKey,
)
from konnektu.access.owners import caller_of_owner
from konnektu.access.passwords import Passwords
from konnektu.access.passwords import generated as generated_password
from konnektu.access.settings import change_settings, settings
from konnektu.access.sign_in import (
    Credentials,
    SignIn,
    caller_of_request,
    cookie_name,
    session_cookie,
    sign_in,
    sign_out,
)
from konnektu.access.sources import (
    change_source,
    create_source,
    key_version,
    rotate,
    source,
    source_kinds,
    sources,
    test_sources,
    write_keys,
)
from konnektu.access.tokens import create_token, revoke, tokens
from konnektu.access.users import (
    change_own_password,
    change_user,
    create_user,
    find_user,
    set_password,
    users,
)

__all__ = [
    "BROWSER_KINDS",
    "RIGHTS",
    "ROLES",
    "Actor",
    "Audited",
    "Caller",
    "Credentials",
    "Gate",
    "NewToken",
    "Passwords",
    "Right",
    "Role",
    "Settings",
    "SignIn",
    "SignedIn",
    "Source",
    "SourceKind",
    "SourceState",
    "Token",
    "User",
    "UserState",
    "WriteKey",
    "audit",
    "caller_of",
    "caller_of_owner",
    "caller_of_request",
    "change_own_password",
    "change_settings",
    "change_source",
    "change_user",
    "checked_password",
    "cookie_name",
    "create_source",
    "create_token",
    "create_user",
    "find_user",
    "generated_password",
    "key_version",
    "normal_login",
    "record",
    "record_alone",
    "require",
    "revoke",
    "rotate",
    "session_cookie",
    "set_password",
    "settings",
    "sign_in",
    "sign_out",
    "source",
    "source_kinds",
    "sources",
    "system_caller",
    "test_sources",
    "tokens",
    "users",
    "write_keys",
]
