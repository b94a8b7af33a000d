"""Who asks the console for something. In: a caller with the doors. Out: what they may see."""

from msgspec import Struct

from konnektu.access.api import Caller
from konnektu.console.menu import PAGES, Page
from konnektu.console.model import Nobody
from konnektu.console.store import Whose
from konnektu.core.errors import Forbidden, NotFound
from konnektu.core.section import Section, sections
from konnektu.storage.api import Asker, Db, Storage


class Person(Struct, frozen=True):
    """A caller, the doors, and the instant."""

    caller: Caller
    storage: Storage
    now: int

    @property
    def control(self) -> Db:
        """The door to the control schema."""
        return self.storage.control

    @property
    def whose(self) -> Whose:
        """Under whom their arrangements stand; a token has none of its own."""
        return Whose(self.caller.workspace.id, self.caller.user or None, self.caller.role or "")

    @property
    def own(self) -> Whose:
        """The same for what is theirs alone. Raises `Nobody` for a token."""
        if not self.caller.user:
            raise Nobody
        return Whose(self.caller.workspace.id, self.caller.user)

    @property
    def asker(self) -> Asker:
        """The same person before lists, of which they want no more than a glance."""
        is_open = self.caller.may("profiles.personal")
        return Asker(
            self.storage, self.caller.workspace, self.now, is_open,
            rights=frozenset(self.caller.rights), is_glancing=True,
        )  # fmt: skip

    def may_open(self, one: Section | Page) -> bool:
        """Whether they may open a list or a page; within a limit of rows only what holds to it."""
        if self.caller.workspace.row_limit and not one.is_within_rows:
            return False
        return one.right is None or one.right in self.caller.rights

    def section(self, name: str) -> Section:
        """A section that they may see. Raises `NotFound`, `Forbidden`."""
        found = sections().get(name)
        if found is None:
            raise NotFound(f"There is no section {name!r}. Sections: {', '.join(sections())}.")
        if not self.may_open(found):
            raise Forbidden(
                f"This section needs the right {found.right}. Ask an administrator of your workspace for it."
            )
        return found

    def opens(self) -> set[str]:
        """Names of all sections and pages that they may open."""
        every: tuple[Section | Page, ...] = (*sections().values(), *PAGES)
        return {one.name for one in every if self.may_open(one)}
