"""What the API says of erasures, and what it is asked. In: records. Out: views."""

from typing import Annotated, Literal, cast

from msgspec import Meta, Struct

from konnektu.core.ids import public_id
from konnektu.privacy.model import Erasure


class EraseAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a person is erased."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]
    """Kept in the audit log for good: name the request, as its number, and not the person."""


class Erasing(Struct, frozen=True):
    """An erasure that is on disk."""

    block: str
    profile: str
    applied: bool
    """Whether profile and consents were gone within the time asked for; inbox and event store follow."""


class ErasureView(Struct, frozen=True, kw_only=True):
    """One erasure."""

    at: int
    """When the writer came to it."""
    profile: str
    """Id that the profile had."""
    state: Literal["open", "done"]
    """open while inbox and event store still hold something of the person."""
    removed: dict[str, int]
    """Rows by kind."""


def of_erasure(erasure: Erasure) -> ErasureView:
    """An erasure as the API shows it."""
    return ErasureView(
        at=erasure.instant,
        profile=public_id(0, erasure.profile),
        state=cast(Literal["open", "done"], erasure.state),
        removed=erasure.removed,
    )
