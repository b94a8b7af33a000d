"""What the API says of scheduled exports. In: records. Out: views."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from konnektu.core.ids import internal_id, public_id
from konnektu.transfers.model import ScheduledExport, ToMail, ToPlace
from konnektu.transfers.views import Id, Name, Path


class PlaceTarget(Struct, frozen=True, forbid_unknown_fields=True, tag="place"):
    """The file is put to a place."""

    place: Id
    path: Path
    """Path in the place; its name may hold date parts, of the day of the export."""


class MailTarget(Struct, frozen=True, forbid_unknown_fields=True, tag="mail"):
    """The file waits here, and its link is mailed to one user, who signs in to open it."""

    login: Annotated[str, Meta(min_length=1, max_length=200)]
    address: Annotated[str, Meta(min_length=3, max_length=254)]
    days: Annotated[int, Meta(ge=1, le=30)] = 3
    """How long the link lives."""


class ExportDraft(Struct, frozen=True, kw_only=True):
    """A scheduled export to keep. Whoever keeps it is its owner, whose rights it has."""

    name: Name
    list: Annotated[str, Meta(max_length=100)]
    """Name of a list, as /exports shows them."""
    form: Literal["csv", "xlsx", "jsonl"] = "csv"
    language: Literal["ru", "en"] = "ru"
    target: PlaceTarget | MailTarget
    reason: Annotated[str, Meta(max_length=500)] = ""
    """Why personal columns are shown whole (needs exports.personal); empty: they are covered."""
    cron: Annotated[str, Meta(max_length=200)]
    is_on: bool = True


class ExportView(Struct, frozen=True, kw_only=True):
    """A scheduled export."""

    id: str
    name: str
    list: str
    form: str
    language: str
    target: PlaceTarget | MailTarget
    reason: str
    cron: str
    is_on: bool
    owner: str
    created_at: int
    done_at: int | None
    """When the last file left."""


def of_export(plan: ScheduledExport) -> ExportView:
    """The view of a scheduled export."""
    return ExportView(
        id=public_id(plan.created_at, plan.id), name=plan.name, list=plan.list, form=plan.form,
        language=plan.language, target=_shown(plan.target), reason=plan.reason, cron=plan.cron, is_on=plan.is_on,
        owner=plan.owner, created_at=plan.created_at, done_at=plan.done_at,
    )  # fmt: skip


def to_export(draft: ExportDraft, number: int = 0) -> ScheduledExport:
    """The record that a draft asks for. Raises `NotFound` for ids that lead nowhere."""
    return ScheduledExport(
        id=number, name=draft.name, list=draft.list, form=draft.form, language=draft.language,
        target=_meant(draft.target), reason=draft.reason.strip(), cron=draft.cron, is_on=draft.is_on, owner="",
        created_at=0,
    )  # fmt: skip


def _shown(target: ToPlace | ToMail) -> PlaceTarget | MailTarget:
    if isinstance(target, ToPlace):
        return PlaceTarget(public_id(0, target.place), target.path)
    return MailTarget(target.login, target.address, target.days)


def _meant(target: PlaceTarget | MailTarget) -> ToPlace | ToMail:
    if isinstance(target, PlaceTarget):
        return ToPlace(internal_id(target.place), target.path)
    return ToMail(target.login.casefold(), target.address, target.days)
