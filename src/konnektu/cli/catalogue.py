"""`konnektu catalogue load`. In: a workspace and a price list. Out: what is new, changed, unchanged, gone and rejected.

Invariant: it works beside a running server and without one; what becomes of the file is the same as of a feed.
"""

import getpass
from contextlib import suppress
from pathlib import Path
from typing import Literal

from msgspec import Struct

from konnektu.catalogue import api as catalogue
from konnektu.catalogue.api import Load, Mapping, Numbers
from konnektu.cli.answer import Answer, Injected
from konnektu.cli.serve import doors
from konnektu.core.clock import SystemClock
from konnektu.core.errors import BadRequest, Retry
from konnektu.core.ids import public_id
from konnektu.storage.api import Db, find

SHOWN_FAULTS = 20
PACKED = (".gz", ".zst")
YML = (".yml", ".xml", ".yaml")


class Loaded(Struct, frozen=True, kw_only=True):
    """What became of a price list."""

    workspace: str
    id: str
    state: str
    products: Numbers
    categories: Numbers
    stores: Numbers
    stock: Numbers
    rejected: int
    remarks: int
    reason: str
    faults: list[catalogue.Fault]
    """The first of the rows that were refused or taken without a part."""


def load_catalogue(
    workspace: str,
    file: Path,
    *,
    kind: Literal["yml", "csv"] | None = None,
    subject: Literal["products", "stores", "stock", "categories"] = "products",
    partial: bool = False,
    force: bool = False,
    context: Injected,
) -> Answer:
    """Load a price list: YML, or a table of products, stores, stock or categories.

    Parameters
    ----------
    workspace
        Slug of the workspace.
    file
        YML, CSV or XLSX, packed or not.
    kind
        yml or csv; else by the file's name.
    subject
        What a table holds; YML says it itself.
    partial
        What the file does not name stays; else it is gone.
    force
        Take effect even where more than half of the products would be gone.
    """
    if not file.is_file():
        raise BadRequest(f"There is no file {file}.")
    with doors(context.settings().config) as storage:
        record = find(storage, workspace)
        db = storage.workspace(record)
        done = catalogue.load_file(
            db,
            file,
            kind=kind or kind_of(file),
            by=f"command of {getpass.getuser()}",
            now=SystemClock().now_ms,
            mapping=Mapping(subject=subject),
            scope="partial" if partial else "full",
            is_forced=force,
        )
        with suppress(Retry):  # where the event store does not run, the way out carries it later
            catalogue.mirror(storage, record)
        return _answer(db, workspace, done)


def kind_of(file: Path) -> Literal["yml", "csv"]:
    """What a file is by its name."""
    suffixes = [suffix.lower() for suffix in file.suffixes if suffix.lower() not in PACKED]
    return "yml" if suffixes and suffixes[-1] in YML else "csv"


def _answer(db: Db, workspace: str, done: Load) -> Answer:
    with db.read() as conn:
        faults = [fault for _, fault in catalogue.faults(conn, done.id, 0, SHOWN_FAULTS)]
    document = Loaded(
        workspace=workspace, id=public_id(done.started_at, done.id), state=done.state, products=done.products,
        categories=done.categories, stores=done.stores, stock=done.stock, rejected=done.rejected,
        remarks=done.remarks, reason=done.reason, faults=faults,
    )  # fmt: skip
    return Answer(document, "\n".join(_lines(done, faults)), exit_code=0 if done.state == "applied" else 1)


def _lines(done: Load, faults: list[catalogue.Fault]) -> list[str]:
    told = {
        "products": done.products,
        "categories": done.categories,
        "stores": done.stores,
        "stock": done.stock,
    }
    return [
        f"{done.state}: {done.rejected} rejected, {done.remarks} taken without a part",
        *([done.reason] if done.reason else []),
        *(
            f"{name:<11}{each.new} new, {each.changed} changed, {each.unchanged} unchanged, {each.gone} gone"
            for name, each in told.items()
            if each != Numbers()
        ),
        *(f"  row {one.number}  {one.id}  {one.reason}  {one.detail}" for one in faults),
    ]
