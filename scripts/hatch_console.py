"""Builds the console into a wheel. In: hatchling, which makes one. Out: src/konnektu/_ui, fresh from ui/.

Node comes with the build's requirements. A source archive of a release holds what was built already, or what to build
it from.
"""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ConsoleHook(BuildHookInterface[Any]):  # type: ignore[misc]  # hatchling stands in the environment of a build alone
    """Builds the console unless what is there was built from the same sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run before the wheel is made; an editable installation serves what scripts/console.py builds."""
        if version != "editable":
            _console(Path(self.root)).build(if_stale=True)


def _console(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("konnektu_console_build", root / "scripts" / "console.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError("scripts/console.py is missing: build from a whole checkout.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
