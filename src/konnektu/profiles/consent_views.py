"""What the API says of consents, and takes as such. In: statements. Out: views, covered for who may not see them."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from konnektu.profiles.masking import cover
from konnektu.profiles.model import ConsentState, Statement
from konnektu.profiles.stated_views import IdentifierStated

Text = Annotated[str, Meta(max_length=200)]
Milliseconds = Annotated[int, Meta(ge=0, le=2**53, description="Milliseconds since 1970 UTC.")]


class ContactView(Struct, frozen=True):
    """A contact in normal form; both empty for every contact of the person."""

    kind: str
    value: str


class ConsentView(Struct, frozen=True, kw_only=True):
    """One statement about consent."""

    state: ConsentState
    entity: str
    contact: ContactView
    channel: str
    category: str
    purpose: str
    time: int
    valid_until: int | None
    explicit: bool
    text_version: str
    text_hash: str
    proof: dict[str, Any]


class ConsentsView(Struct, frozen=True):
    """Where the consents of a person stand, and all that was said."""

    standing: list[ConsentView]
    history: list[ConsentView]
    """In the order of saying."""


class ConsentStated(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One consent or refusal. What is left empty means every entity, contact, channel, category or purpose."""

    state: ConsentState
    entity: Text = ""
    contact: IdentifierStated | None = None
    channel: Text = ""
    category: Text = ""
    purpose: Text = ""
    valid_until: Milliseconds | None = None
    text_version: Text = ""
    text_hash: Annotated[str, Meta(pattern="^([0-9a-fA-F]{64})?$")] = ""
    """SHA-256 of the text shown, hexadecimal."""
    proof: Annotated[dict[str, Any], Meta(max_length=30)] = {}


class ConsentsStated(Struct, frozen=True):
    """Consents and refusals of one person."""

    consents: Annotated[list[ConsentStated], Meta(min_length=1, max_length=50)]


class RefusalStated(Struct, frozen=True, kw_only=True):
    """A refusal of whoever owns a contact."""

    contact: IdentifierStated
    state: Literal["withdrawn", "objected"] = "withdrawn"
    entity: Text = ""
    channel: Text = ""
    category: Text = ""
    purpose: Text = ""
    proof: Annotated[dict[str, Any], Meta(max_length=30)] = {}


class RefusalView(Struct, frozen=True, kw_only=True):
    """A recorded refusal of a contact."""

    entity: str
    channel: str
    category: str
    purpose: str
    reason: str
    time: int


def of_statement(said: Statement, *, is_open: bool) -> ConsentView:
    """A statement as the API shows it; its contact and proof are for those who may see personal data."""
    contact = said.contact
    value = contact.value if is_open or not contact.value else cover(contact.value)
    return ConsentView(
        state=said.state,
        entity=said.entity,
        contact=ContactView(contact.kind, value),
        channel=said.channel,
        category=said.category,
        purpose=said.purpose,
        time=said.time,
        valid_until=said.valid_until,
        explicit=said.explicit,
        text_version=said.text_version,
        text_hash=said.text_hash,
        proof=said.proof if is_open else {},
    )
