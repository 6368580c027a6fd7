"""Proves that imports between the rooms of infra/ point inward, and that none form a circle."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

INFRA = Path(__file__).resolve().parent.parent.parent / "infra"

INWARD = (
    *("config", "stack", "buckets", "encryption", "network", "intake", "results"),
    *("functions", "reconciler", "monitoring", "outputs", "pipeline"),
)
"""Each imports itself and what comes before it."""


def imports(root: Path) -> dict[str, set[str]]:
    """Return for each module below `root` the modules of the same package that it imports."""
    files = {
        ".".join(path.relative_to(root.parent).with_suffix("").parts): path
        for path in root.rglob("*.py")
        if path.stem != "__init__"
    }
    return {module: _imported(path) & files.keys() for module, path in files.items()}


def _imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def outward(modules: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Return the imports of a room that comes later, by names of modules."""
    rank = {room: number for number, room in enumerate(INWARD)}
    return {
        (module, imported)
        for module, found in modules.items()
        for imported in found
        if rank[module.split(".")[1]] < rank[imported.split(".")[1]]
    }


def test_rooms_import_only_rooms_further_in() -> None:
    modules = imports(INFRA)
    assert {module.split(".")[1] for module in modules} == set(INWARD)
    assert outward(modules) == set()
    assert outward({"infra.stack.x": {"infra.results.y"}}) == {("infra.stack.x", "infra.results.y")}


def test_no_modules_import_each_other_in_a_circle(tmp_path: Path) -> None:
    TopologicalSorter(imports(INFRA)).prepare()
    package = tmp_path / "package"
    package.mkdir()
    (package / "a.py").write_text("from package import b", encoding="utf-8")
    (package / "b.py").write_text("import package.a", encoding="utf-8")
    with pytest.raises(CycleError):
        TopologicalSorter(imports(package)).prepare()
