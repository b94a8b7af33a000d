"""A process that dies before any statement of a load leaves the catalogue as it was, or as the load says."""

from pathlib import Path
from typing import Any

from konnektu.catalogue import api
from konnektu.storage.api import Db
from tests.catalogue.conftest import now
from tests.catalogue.lists import offer, offers, price_list
from tests.imports.support import SimulatedCrash, dying_before


def test_dying_anywhere_is_whole_or_nothing(db: Db, tmp_path: Path) -> None:
    first = price_list(tmp_path / "first.yml", offers(range(6)))
    second = price_list(
        tmp_path / "second.yml", offers(range(2, 5)) + offer(9, price=1, more="<count>3</count>")
    )

    def load(path: Path) -> None:
        done = api.load_file(db, path, kind="yml", by="test", now=now, is_forced=True)
        assert done.state == "applied"

    def content() -> Any:
        """What stands, but for numbers and versions, which a repetition gives anew."""
        with db.read() as conn:
            products = conn.execute("SELECT id, hash, state FROM product ORDER BY id").fetchall()
            return products, conn.execute("SELECT product, quantity FROM stock").fetchall()

    load(second)
    statement, outcomes, is_over = 0, set(), False
    while not is_over:
        load(first)
        before = content()
        try:
            with dying_before(statement) as counted:
                load(second)
            is_over = True
        except SimulatedCrash:
            after = content()
            load(second)
            assert after in (before, content())
            outcomes.add("before" if after == before else "after")
            statement += 1
    assert counted[0] == statement > 20
    assert outcomes == {"before", "after"}
