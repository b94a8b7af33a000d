"""Which operations are open to callers with a row limit. In: nothing. Out: their names.

Every other operation is closed to them, a new one too: think of what it shows of people and orders before its
name is added. What is here reads through the caller's own door, which PostgreSQL bounds, or tells of no person.
"""

from typing import Final

OWN: Final = frozenset({
    "me", "sign_out_by_api", "change_own_password", "list_own_sessions", "end_own_session_by_api",
    "end_other_sessions_by_api", "get_second_factor", "offer_second_factor", "confirm_second_factor",
    "renew_recovery_codes", "turn_second_factor_off", "list_rights",
})  # fmt: skip
"""About the caller alone."""

READ: Final = frozenset({
    "list_profiles", "find_profile", "look_up_profiles", "get_profile", "get_consents",
    "list_orders", "find_order", "list_orders_of_profile", "get_order_statuses",
})  # fmt: skip
"""Read through the door of the limited role."""

CONSOLE: Final = frozenset({
    "list_folders", "make_folder", "change_folder", "delete_folder", "place_folder", "get_columns", "put_columns",
    "reset_columns", "get_menu", "get_card", "search",
})  # fmt: skip
"""What people arrange, of sections whose rows hold to the limit."""

WITHIN_ROWS: Final = OWN | READ | CONSOLE
