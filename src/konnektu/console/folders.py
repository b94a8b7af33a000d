"""Folders: saved questions to sections. In: a person. Out: folders, theirs, shared ones and the product's.

Invariant: a person's own folders are seen by them alone; a shared one names nobody by their contacts or profile, and
is made, changed and deleted by holders of console.share; a folder that asks what cannot be asked any more stays and
says so.
"""

from msgspec.structs import replace

from konnektu.access.api import record
from konnektu.console import logic, store
from konnektu.console.asking import Person
from konnektu.console.model import (
    FOLDERS_MOST,
    ColumnPlace,
    Folder,
    FoldersFull,
    FolderTaken,
    NoFolder,
    Owner,
    Question,
)
from konnektu.console.store import Whose
from konnektu.core.asking import naming, wanted
from konnektu.core.errors import Conflict, Forbidden, NotFound, Unprocessable
from konnektu.core.ids import internal_id
from konnektu.core.section import Added, Column, Section, sections
from konnektu.core.text import squeeze
from konnektu.storage.api import Connection


def folders(person: Person, section: str = "") -> list[Folder]:
    """The folders of a section, or of every section, that a person sees: the pinned ones first, each where it was put.

    Raises `NotFound`, `Forbidden` for a section that they may not see.
    """
    if section:
        person.section(section)
    with person.control.read() as db:
        kept = store.folders(db, person.whose, section)
        places = store.declared_places(db, person.whose.owner)
    declared = [_put(one, places) for one in _declared(section)]
    seen = [one for one in (*declared, *kept) if _is_seen(person, one)]
    usual = {id(one): number for number, one in enumerate(seen)}
    return sorted(
        seen, key=lambda one: (not one.is_pinned, one.position is None, one.position or 0, usual[id(one)])
    )


def make(person: Person, section: str, name: str, owner: Owner, question: Question) -> Folder:
    """Make a folder. Raises `Unprocessable` for a question that cannot be asked, `FolderTaken`, `FoldersFull`."""
    asked = _checked(person, section, owner, question)
    whose, name = _whose(person, owner), _named(name)
    with person.control.transaction() as db:
        store.lock_folders(db, whose.workspace)
        if store.count_folders(db, whose) >= FOLDERS_MOST:
            raise FoldersFull
        number = store.add_folder(db, whose, section, name, asked, now=person.now, by=person.caller.login)
        if number is None:
            raise FolderTaken
        _note(db, person, "folder.created", owner, section, name)
        return _found(db, person, number)


def change(person: Person, key: str, name: str, owner: Owner, question: Question) -> Folder:
    """Give a folder another name, question or owner. Raises what `make` raises, `NoFolder`, `Forbidden`."""
    whose = _whose(person, owner)
    with person.control.transaction() as db:
        store.lock_folders(db, whose.workspace)
        before = _to_change(db, person, key)
        asked = _checked(person, before.section, owner, question)
        if owner != before.owner and store.count_folders(db, whose) >= FOLDERS_MOST:
            raise FoldersFull
        if not store.change_folder(db, before.id, whose.owner, _named(name), asked):
            raise FolderTaken
        _note(db, person, "folder.changed", _widest(owner, before.owner), before.section, name)
        return _found(db, person, before.id)


def delete(person: Person, key: str) -> None:
    """Delete a folder. Raises `NoFolder`, `Forbidden`."""
    with person.control.transaction() as db:
        before = _to_change(db, person, key)
        store.delete_folder(db, before.id)
        _note(db, person, "folder.deleted", before.owner, before.section, before.name)


def place(person: Person, key: str, *, is_pinned: bool, position: int | None) -> None:
    """Pin a folder, or take it out of the header line, for the person alone. Raises `NoFolder`, `Nobody`."""
    whose = person.own
    with person.control.transaction() as db:
        found = _seen(db, person, key)
        store.put_place(db, whose, found, is_pinned=is_pinned, position=position)


def _declared(section: str) -> list[Folder]:
    """The folders that the product declares, of one section or of all."""
    return [
        Folder(
            declared=f"{one.name}.{folder.name}", section=one.name, name=folder.en, ru=folder.ru,
            question=Question(dict(folder.filters), folder.order), owner="system", is_pinned=folder.is_pinned,
            position=None,
        )
        for one in sections().values() if section in {"", one.name}
        for folder in one.folders
    ]  # fmt: skip


def _put(folder: Folder, places: dict[str, tuple[bool, int | None]]) -> Folder:
    is_pinned, position = places.get(folder.declared, (folder.is_pinned, None))
    return replace(folder, is_pinned=is_pinned, position=position)


def _is_seen(person: Person, folder: Folder) -> bool:
    """One's own folder of a section that is gone is seen, so that it can be deleted."""
    section = sections().get(folder.section)
    return person.may_open(section) if section else folder.owner == "mine"


def _seen(db: Connection, person: Person, key: str) -> Folder:
    """A folder that a person sees. Raises `NoFolder`."""
    for one in _declared(""):
        if one.declared == key and _is_seen(person, one):
            return one
    return _found(db, person, _number(key))


def _number(key: str) -> int:
    try:
        return internal_id(key)
    except NotFound:
        raise NoFolder from None


def _found(db: Connection, person: Person, number: int) -> Folder:
    found = store.folder(db, person.whose, number)
    if found is None or not _is_seen(person, found):
        raise NoFolder
    return found


def _to_change(db: Connection, person: Person, key: str) -> Folder:
    found = _seen(db, person, key)
    if found.owner == "system":
        raise Conflict("This folder comes with the product. Make one of your own like it.")
    if found.owner == "shared":
        _check_sharing(person)
    return found


def _whose(person: Person, owner: Owner) -> Whose:
    if owner == "system":
        raise Unprocessable("Folders of the product are made with the product. Make it yours, or share it.")
    if owner == "mine":
        return person.own
    _check_sharing(person)
    return Whose(person.caller.workspace.id, None)


def _check_sharing(person: Person) -> None:
    if not person.caller.may("console.share"):
        raise Forbidden(
            "Sharing folders needs the right console.share. Ask an administrator of your workspace."
        )


def _checked(person: Person, name: str, owner: Owner, question: Question) -> Question:
    """The same question. Raises `Unprocessable` where it cannot be asked, or shared."""
    section = person.section(name)
    wanted(section, question.filters, question.order, "", 1)
    columns = logic.checked_columns(section, section.columns_of(person.asker), question.columns)
    personal = naming(section, question.filters)
    if owner == "shared" and personal:
        raise Unprocessable(
            f"A shared folder names nobody. Ask without {', '.join(personal)}, or keep it yours."
        )
    return replace(question, columns=columns)


def _named(name: str) -> str:
    named = squeeze(name)
    if not named.isprintable() or not named:
        raise Unprocessable("The name of a folder has printable characters.")
    return named


def _widest(one: Owner, other: Owner) -> Owner:
    return "shared" if "shared" in {one, other} else "mine"


def _note(db: Connection, person: Person, what: str, owner: Owner, section: str, name: str) -> None:
    """What others see is audited; one's own folders concern nobody else."""
    if owner == "shared":
        record(db, person.caller, what, name, {"section": section}, now=person.now)


class ShownColumns:
    """The columns of folders as a person may see them; what a workspace adds is asked for once, and where it stands."""

    def __init__(self, person: Person) -> None:
        """Begin with none asked for."""
        self._person = person
        self._added: dict[Added, tuple[Column, ...]] = {}

    def of(self, folder: Folder) -> tuple[ColumnPlace, ...]:
        """Those that a folder keeps, without what its section lacks by now; empty where it keeps none."""
        section, placed = sections().get(folder.section), folder.question.columns
        if section is None or not placed:
            return ()
        return logic.columns((*section.columns, *self._of(section)), placed)

    def _of(self, section: Section) -> tuple[Column, ...]:
        if section.added is None:
            return ()
        if section.added not in self._added:
            self._added[section.added] = section.added(self._person.asker)
        return self._added[section.added]
