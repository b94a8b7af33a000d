"""The front door of profiles: the writer's load, fold and save; reading; refusals; the timeline.

`Connection` arguments are transactions of the workspace's own role; `Storage` is taken where the inbox or
the event store is needed too.
"""

from collections.abc import Iterable

from konnektu.core.records import Resolved
from konnektu.profiles import store
from konnektu.profiles.adding import Adding
from konnektu.profiles.beside import Teller, Tellers, Viewer, nothing
from konnektu.profiles.changes import Change, checked_identifiers, edit, retag
from konnektu.profiles.conditions import Asking, Condition, Inside
from konnektu.profiles.consent_views import ConsentsStated, ConsentView
from konnektu.profiles.consents import (
    CONSENT_EVENTS,
    as_statement,
    has_proof,
    normal_contact,
    permits,
    speaks_of_consent,
    statements_of,
)
from konnektu.profiles.kept import Kept
from konnektu.profiles.logic import DEFAULT_FOLDING, Folding, refold, states_attributes, unite
from konnektu.profiles.looking import consents, named, profile, profiles, statements, tags
from konnektu.profiles.masking import (
    OPEN_KINDS,
    PERSONAL,
    cover,
    covered,
    covered_identifier,
    looks_like_contact,
)
from konnektu.profiles.model import (
    Contact,
    Held,
    Moment,
    ProfileRow,
    ProfileState,
    Refusal,
    Standing,
    Statement,
    TagWord,
)
from konnektu.profiles.reaching import CHANNELS, Channel, may_be_reached, reach
from konnektu.profiles.reading import Reader
from konnektu.profiles.reading import consents as view_consents
from konnektu.profiles.reading import found as view_found
from konnektu.profiles.reading import told as timeline_view
from konnektu.profiles.refusals import lock_contacts, record_refusals
from konnektu.profiles.statements import owned_fact, read_statement, sorted_out
from konnektu.profiles.store import (
    about,
    are_consenting_more,
    attribute_counts,
    blind_refusals,
    consenting_after,
    counts,
    empty,
    erase,
    forget_statements,
    newcomers,
    newcomers_by_span,
    profiles_after,
    refusals,
    refusals_of_many,
    save,
    save_closed,
    set_borns,
    standing_after,
    standing_passive,
    statements_about,
    tags_of,
)
from konnektu.profiles.store import (
    statements_of as statements_of_people,
)
from konnektu.profiles.tags import is_later, present_tags, tag_names, tag_words
from konnektu.profiles.timeline import LATEST, Only, Told, timeline, told_of
from konnektu.profiles.views import (
    Accepted,
    FactView,
    OrdersView,
    ProductListView,
    ProfileView,
    of_figures,
    of_list,
)
from konnektu.profiles.wheres import asks_closely, where_filter
from konnektu.profiles.working import Working, fold, replace, restate, touched
from konnektu.profiles.writing import consent as state_consents
from konnektu.storage.api import Connection


def load(
    db: Connection,
    resolved: Iterable[Resolved],
    folding: Folding = DEFAULT_FOLDING,
    kept: Kept | None = None,
    also: Iterable[int] = (),
) -> Working:
    """Return the working set of a batch: every profile that its events read or change, in one statement.

    A writer passes what it has `kept` from the batches before; who is there is not fetched. `also` are profiles
    whose states are put in their place whole.
    """
    found = touched(resolved)
    for each in also:
        found.facts.setdefault(each, 0)
    working = Working(folding, ahead=found.facts)
    store.load(db, working, found, kept)
    return working


def may_contact(db: Connection, id: int, use: Statement, now: int, blinded: str = "") -> Statement | None:  # noqa: A002
    """Return the consent that permits a use of a contact of a person, or None.

    The caller holds the contact's lock (`lock_contacts`) where a message leaves with this transaction.
    `blinded` is the contact's keyed hash, under which refusals of erased people are kept.
    """
    refused = [as_statement(one) for one in store.refusals(db, use.contact, blinded)]
    return permits([*statements(db, id), *refused], use, now)


__all__ = [
    "CHANNELS",
    "CONSENT_EVENTS",
    "DEFAULT_FOLDING",
    "LATEST",
    "OPEN_KINDS",
    "PERSONAL",
    "Accepted",
    "Adding",
    "Asking",
    "Change",
    "Channel",
    "Condition",
    "ConsentView",
    "ConsentsStated",
    "Contact",
    "FactView",
    "Folding",
    "Held",
    "Inside",
    "Kept",
    "Moment",
    "Only",
    "OrdersView",
    "ProductListView",
    "ProfileRow",
    "ProfileState",
    "ProfileView",
    "Reader",
    "Refusal",
    "Standing",
    "Statement",
    "TagWord",
    "Teller",
    "Tellers",
    "Told",
    "Viewer",
    "Working",
    "about",
    "are_consenting_more",
    "asks_closely",
    "attribute_counts",
    "blind_refusals",
    "checked_identifiers",
    "consenting_after",
    "consents",
    "counts",
    "cover",
    "covered",
    "covered_identifier",
    "edit",
    "empty",
    "erase",
    "fold",
    "forget_statements",
    "has_proof",
    "is_later",
    "load",
    "lock_contacts",
    "looks_like_contact",
    "may_be_reached",
    "may_contact",
    "named",
    "newcomers",
    "newcomers_by_span",
    "normal_contact",
    "nothing",
    "of_figures",
    "of_list",
    "owned_fact",
    "present_tags",
    "profile",
    "profiles",
    "profiles_after",
    "reach",
    "read_statement",
    "record_refusals",
    "refold",
    "refusals",
    "refusals_of_many",
    "replace",
    "restate",
    "retag",
    "save",
    "save_closed",
    "set_borns",
    "sorted_out",
    "speaks_of_consent",
    "standing_after",
    "standing_passive",
    "state_consents",
    "statements",
    "statements_about",
    "statements_of",
    "statements_of_people",
    "states_attributes",
    "tag_names",
    "tag_words",
    "tags",
    "tags_of",
    "timeline",
    "timeline_view",
    "told_of",
    "unite",
    "view_consents",
    "view_found",
    "where_filter",
]
