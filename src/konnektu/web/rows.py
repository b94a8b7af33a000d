"""Which operations are open to callers with a row limit, and why the others are closed. In: nothing. Out: their names.

Invariant: every guarded operation stands here once; one that does not is closed. Think of what an operation shows of
people and orders before its name is added: what is open reads through the caller's own door, which PostgreSQL bounds,
or tells of no person.
"""

from typing import Final

from msgspec import Struct

OWN: Final = frozenset({
    "me", "sign_out_by_api", "change_own_password", "list_own_sessions", "end_own_session_by_api",
    "end_other_sessions_by_api", "get_second_factor", "offer_second_factor", "confirm_second_factor",
    "renew_recovery_codes", "turn_second_factor_off", "list_rights", "list_grantors", "open_export_file",
    "ask_list_export", "ask_list_tag", "list_list_work", "forget_list_work", "open_list_file",
})  # fmt: skip
"""About the caller alone; what is asked of a whole list is carried out within the caller's rows."""

READ: Final = frozenset({
    "list_profiles", "find_profile", "look_up_profiles", "get_profile", "unmask_profile", "get_timeline",
    "get_consents", "get_attribute_history",
    "list_orders", "find_order", "list_orders_of_profile", "get_order_statuses",
    "get_order_currency",
    "list_record_kinds", "get_record_kind", "list_records", "find_record", "list_records_of_profile",
    "list_product_lists",
    "list_decisions_of_profile", "list_decisions", "get_rules",
    "list_marketing_sources", "get_marketing_source",
    "list_products", "get_product", "list_categories", "list_stores", "get_store", "list_stock",
    "list_exports", "export_list",
    "list_sections", "list_section_rows", "count_section_rows",
    "list_folders", "get_columns", "get_menu", "get_card", "search",
})  # fmt: skip
"""Read through the door of the limited role."""

CHANGE: Final = frozenset({"change_tags", "state_consents", "write_note"})
"""Changes of one person whom the caller sees, which reach nobody else."""

CONSOLE: Final = frozenset({
    "make_folder", "change_folder", "delete_folder", "place_folder", "put_columns", "reset_columns",
})  # fmt: skip
"""What people arrange, of sections whose rows hold to the limit."""

DESK: Final = frozenset({
    "find_customer", "open_customer", "get_customer", "list_customer_orders", "state_customer_consents",
})  # fmt: skip
"""The operator's desk, which finds and opens people through the same door."""

WITHIN_ROWS: Final = OWN | READ | CHANGE | CONSOLE | DESK


class Closed(Struct, frozen=True):
    """Operations that callers with a row limit may not use."""

    why: str
    operations: frozenset[str]


CLOSED: Final = (
    Closed(
        "a change of identifiers, attributes, orders or records may join people and reach beyond the limit",
        frozenset({
            "make_profile", "change_attributes", "record_refusal", "state_orders", "state_records",
            "replace_product_list", "change_product_list", "merge_people", "cut_person", "separate_people",
            "permit_people", "erase_profile", "preview_cut", "preview_merge",
            "preview_merged_profile",
        }),
    ),
    Closed(
        "it tells of the whole base",
        frozenset({
            "list_refusals", "list_erasures", "get_home", "list_home_hours", "list_home_newcomers",
            "get_status", "list_audit", "list_data_sources",
            "preview_marketing_source", "list_recognition_jobs", "list_dictionary_events", "list_event_properties",
            "list_dictionary_attributes", "list_unused_attributes", "count_attributes", "list_left_out", "list_plan",
            "list_violations", "list_rules_versions", "list_rules_jobs", "list_jobs", "get_job", "list_schedules",
            "list_schedule_kinds", "list_next_times", "list_problems", "get_system", "get_event",
            "list_segments", "get_segment", "list_segment_edits", "get_segment_vocabulary", "check_segment",
            "list_ready_made_segments", "list_segment_changes", "get_segment_sizes", "explain_segment", "explain_draft",
            "list_segments_of_profile", "count_segment", "get_segment_comparison", "keep_tree", "get_kept_tree",
            "list_computed", "get_computed", "list_computed_versions", "list_ready_made_computed", "try_computed",
            "list_computed_of_profile",
        }),
    ),
    Closed(
        "it holds for the whole base",
        frozenset({
            "change_rules", "check_rules", "preview_rules", "apply_rules_backwards", "cancel_rules_job",
            "preview_recognition", "apply_recognition", "cancel_recognition_job",
            "map_order_statuses", "state_order_currency",
            "change_record_kind",
            "retire_record_kind", "state_marketing_source", "retire_marketing_source", "describe_data_source",
            "put_note", "put_plan", "cancel_job", "retry_job", "put_schedule", "delete_schedule", "run_schedule",
            "get_retention", "put_retention", "preview_retention", "run_retention", "list_retention_runs",
            "put_columns_of_role", "reset_columns_of_role", "get_menu_of_role", "put_menu_of_role",
            "make_segment_list", "take_segment_snapshot", "put_people_on_segment_list",
            "close_segment_difference", "make_segment", "change_segment", "switch_segment", "delete_segment",
            "make_computed", "change_computed", "delete_computed",
            "reset_menu_of_role", "get_card_of_role", "put_card_of_role", "reset_card_of_role",
        }),
    ),
    Closed(
        "rejected events and rows of files may be anybody's",
        frozenset({
            "list_quarantine", "try_correction", "replay_all_quarantine", "discard_all_quarantine",
            "replay_quarantine", "discard_quarantine",
            "list_imports", "upload_import", "get_import", "change_import", "try_import", "preview_import",
            "start_import", "cancel_import", "get_import_errors", "list_mappings", "create_mapping",
            "change_mapping", "delete_mapping",
        }),
    ),
    Closed(
        "what is fetched and sent on a schedule belongs to all; a file made for you opens by its link",
        frozenset({
            "list_places", "create_place", "change_place", "delete_place", "try_place",
            "list_scheduled_imports", "create_scheduled_import", "change_scheduled_import",
            "delete_scheduled_import", "run_scheduled_import", "try_scheduled_import", "list_seen_files",
            "accept_file", "list_scheduled_exports", "create_scheduled_export", "change_scheduled_export",
            "delete_scheduled_export", "run_scheduled_export",
        }),
    ),
    Closed(
        "the catalogue is kept for all brands, stores and regions at once",
        frozenset({
            "put_products", "delete_product", "put_categories", "delete_category", "put_stores", "delete_store",
            "put_stock", "list_loads", "get_load", "list_load_faults", "confirm_load", "discard_load", "list_feeds",
            "create_feed", "get_feed", "change_feed", "delete_feed", "load_feed",
        }),
    ),
    Closed(
        "who sets up the workspace and its people could lift the limit",
        frozenset({
            "list_users", "get_user", "create_user", "change_user", "set_password", "reset_second_factor",
            "forget_account",
            "list_sessions", "end_sessions", "end_session", "list_lockouts", "lift_lockout", "get_seats",
            "list_invitations", "invite_person", "withdraw_invitation", "list_roles", "create_role", "change_role",
            "remove_role", "list_tokens", "create_token", "revoke_token", "get_rows_of_user", "limit_rows_of_user",
            "get_rows_of_token", "limit_rows_of_token", "get_settings", "change_settings", "get_sign_in_rules",
            "change_sign_in_rules", "get_identity_provider", "change_identity_provider",
            "remove_identity_provider", "list_sources", "create_source", "get_source", "change_source",
            "rotate_write_key",
        }),
    ),
)  # fmt: skip
_WHY: Final = {name: one.why for one in CLOSED for name in one.operations}


def why_closed(operation: str) -> str:
    """Why a caller with a row limit may not use an operation; empty where they may."""
    return "" if operation in WITHIN_ROWS else _WHY.get(operation, "it was not made for limits")
