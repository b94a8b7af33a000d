"""Trees that links name. In: a tree, or its key. Out: the tree with its key and in words.

A link has room for some conditions only; a longer tree is kept, and stands in the link by its key.
"""

import msgspec

from konnektu.access.api import Caller
from konnektu.core.section import Tree
from konnektu.rules.checking import rule_of
from konnektu.segments import seeking, views
from konnektu.segments.reading import look
from konnektu.segments.trees import reading, store
from konnektu.segments.trees.choosing import kept
from konnektu.storage.api import Db


def keep(db: Db, caller: Caller, asked: views.TreeAsked, now: int) -> views.TreeView:
    """Keep a tree. Raises `RuleRefused`, `Forbidden` for one that names somebody before who may not see them."""
    tree = reading.read(asked.tree)
    with db.transaction() as own:
        seeking.check(caller, own, [rule_of(tree.text)])
        store.keep(own, tree, now)
    return _shown(db, caller, tree)


def found(db: Db, caller: Caller, key: str, now: int) -> views.TreeView:
    """A kept tree. Raises `NoTree`, `Unprocessable` for what is no key, `Forbidden` as `keep`."""
    rule = rule_of(kept(db, reading.read(key).key, now))
    with db.read() as own:
        seeking.check(caller, own, [rule])
    return _shown(db, caller, reading.of_rule(rule))


def _shown(db: Db, caller: Caller, tree: Tree) -> views.TreeView:
    said = look(db, caller.workspace.timezone).teller.rule(rule_of(tree.text))
    return views.TreeView(tree.key, msgspec.json.decode(tree.text), said, is_personal=tree.is_personal)
