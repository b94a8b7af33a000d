"""An installation for each test, outside pytest's folder, whose mode pytest resets."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.system.installation import Installation


@pytest.fixture
def installation() -> Iterator[Installation]:
    with TemporaryDirectory() as name:
        made = Installation(Path(name))
        try:
            yield made
        finally:
            made.close()
