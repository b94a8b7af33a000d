"""Trees that links name. In: a tree, or its key. Out: the tree with its key and in words.

A link has room for some conditions only; a longer tree is kept, and stands in the link by its key.
"""

import msgspec

from konnektu.access.api import Caller
from konnektu.core.errors import Forbidden
from konnektu.core.section import Tree
from konnektu.rules.checking import rule_of
from konnektu.segments import views
from konnektu.segments.reading import look
from konnektu.segments.trees import reading, store
from konnektu.segments.trees.choosing import kept
from konnektu.storage.api import Db


def keep(db: Db, caller: Caller, asked: views.TreeAsked, now: int) -> views.TreeView:
    """Keep a tree. Raises `RuleRefused`, `Forbidden` for one that names somebody before who may not see them."""
    tree = reading.read(asked.tree)
    _check(caller, tree)
    with db.transaction() as own:
        store.keep(own, tree, now)
    return _shown(db, caller, tree)


def found(db: Db, caller: Caller, key: str, now: int) -> views.TreeView:
    """A kept tree. Raises `NoTree`, `Unprocessable` for what is no key, `Forbidden` as `keep`."""
    tree = reading.of_rule(rule_of(kept(db, reading.read(key).key, now)))
    _check(caller, tree)
    return _shown(db, caller, tree)


def _check(caller: Caller, tree: Tree) -> None:
    if tree.is_personal and not caller.may("profiles.personal"):
        raise Forbidden(
            "These conditions name a person: they need the right profiles.personal. Ask an administrator."
        )


def _shown(db: Db, caller: Caller, tree: Tree) -> views.TreeView:
    said = look(db, caller.workspace.timezone).teller.rule(rule_of(tree.text))
    return views.TreeView(tree.key, msgspec.json.decode(tree.text), said, is_personal=tree.is_personal)
