"""Contracts for every slice that exists. In: the package's folder. Out: text for import-linter.

A slice is a package under konnektu/ with an `api.py` or any of the other file names of a slice.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

NO_SLICES = {"core", "rules", "flow", "web", "belt", "cli", "demo", "bench"}
OUTER = {
    "api": None,
    "http": "konnektu.web",
    "stage": "konnektu.flow",
    "section": "konnektu.web",
    "migrations": None,
}
"""What of a slice others may enter, and who alone may; None for everybody."""
OUTSIDE_WORLD = ("psycopg", "psycopg_pool", "clickhouse_connect", "chdb", "litestar", "granian", "httpx")
CLI = "konnektu.cli"


def slices(package: Path) -> list[str]:
    """Names of the slices under the folder `package`, sorted."""
    found = (each.name for each in package.iterdir() if (each / "__init__.py").exists())
    return sorted(name for name in found if name not in NO_SLICES)


def children(package: Path, name: str) -> list[str]:
    """Names of the modules directly inside a slice, sorted."""
    inside = [each for each in (package / name).iterdir() if not each.name.startswith(("_", "."))]
    modules = [each.stem for each in inside if each.suffix == ".py"]
    return sorted(modules + [each.name for each in inside if (each / "__init__.py").exists()])


def contract(key: str, fields: Mapping[str, str | Sequence[str]]) -> str:
    """One section of the configuration."""
    lines = [f"[importlinter:contract:{key}]"]
    for name, value in fields.items():
        lines.append(f"{name} = {value}" if isinstance(value, str) else f"{name} =")
        lines += [] if isinstance(value, str) else [f"    {each}" for each in value]
    return "\n".join(lines) + "\n"


def slice_contract(name: str) -> str:
    """Order inside a slice: http and stage, then api, then store, then logic, then model."""
    return contract(
        f"slice-{name}",
        {
            "name": f"Inside {name}: http and stage, then api, then store, then logic, then model",
            "type": "layers",
            "containers": f"konnektu.{name}",
            "layers": ["(http) | (stage)", "(api)", "(store)", "(logic)", "(model)"],
        },
    )


def door_contracts(package: Path, name: str) -> list[str]:
    """The doors of a slice: its inside for itself alone, http for the web, stage for the flow."""
    inner = [each for each in children(package, name) if each not in OUTER]
    made = []
    if inner:
        made.append(protected(f"door-{name}", f"{name} is entered only through {name}.api", name, inner, []))
    for door, caller in OUTER.items():
        if caller and door in children(package, name) and name != "storage":
            title = f"{name}.{door} is for {caller}"
            exists = (package / caller.split(".")[1]).is_dir() or (
                package / f"{caller.split('.')[1]}.py"
            ).exists()
            made.append(protected(f"{door}-{name}", title, name, [door], [caller] if exists else []))
    return made


def protected(key: str, title: str, name: str, modules: list[str], callers: list[str]) -> str:
    """A contract that lets only the slice itself and `callers` import `modules`."""
    return contract(
        key,
        {
            "name": title,
            "type": "protected",
            "protected_modules": [f"konnektu.{name}.{module}" for module in modules],
            "allowed_importers": [f"konnektu.{name}", *callers],
        },
    )


def pure_contract(package: Path, names: list[str]) -> str:
    """Every logic and model reaches no database and no web."""
    pure = [
        f"konnektu.{name}.{each}"
        for name in names
        for each in children(package, name)
        if each in {"logic", "model"}
    ]
    if not pure:
        return ""
    forbidden = [f"konnektu.{each}" for each in ("storage", "web") if (package / each).is_dir()]
    return contract(
        "pure-slices",
        {
            "name": "Logic and models know neither a database nor the web",
            "type": "forbidden",
            "source_modules": pure,
            "forbidden_modules": [*forbidden, *OUTSIDE_WORLD],
        },
    )


def whole_law(package: Path) -> str:
    """Configuration for import-linter: all contracts made for the slices under `package`."""
    head = "[importlinter]\nroot_package = konnektu\ninclude_external_packages = True\n"
    names = slices(package)
    circle = {"name": "Nothing imports in a circle", "type": "acyclic_siblings", "ancestors": ["konnektu"]}
    parts = [head, contract("circles", circle), pure_contract(package, names)]
    for name in names:
        parts += [slice_contract(name), *door_contracts(package, name)]
    return "\n".join(part for part in parts if part)
