"""Imports point inward: whatever decides knows nothing of AWS, Lambda or the environment."""

import ast
import sys
from pathlib import Path

import pytest

EVENTS = ["events", "notices"]
PIXELS = ["images", "colour", "render", "metadata", "formats"]
HANDLER = Path(__file__).resolve().parent.parent.parent / "handler"
MODULES = sorted(path.stem for path in HANDLER.glob("*.py") if path.stem != "__init__")


def imports_of(module: str) -> set[str]:
    """Return what a module imports, `handler.x` as `handler.x` and all else by its first name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((HANDLER / f"{module}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return {
        name if name.startswith("handler.") else name.partition(".")[0]
        for name in found
        if name.startswith("handler.") or name.partition(".")[0] not in sys.stdlib_module_names
    }


def test_nothing_imports_the_entry_point_and_only_it_imports_aws() -> None:
    importers = {
        name: {module for module in MODULES if f"handler.{name}" in imports_of(module)}
        for name in ("app", "aws")
    }
    assert importers == {"app": set(), "aws": {"app"}}


def test_only_adapters_import_the_aws_sdk() -> None:
    using = {module for module in MODULES if imports_of(module) & {"boto3", "botocore"}}
    assert using == {"aws", "aws_errors", "catalog", "objects"}


@pytest.mark.parametrize(
    "module",
    [
        *("variants", "variant", "specs", "encodings", "geometry", "formats", "terms", "markup"),
        *("keys", "errors", "limits", "events", "notices", "settings"),
    ],
)
def test_what_decides_without_pixels_needs_the_standard_library_only(module: str) -> None:
    assert {name for name in imports_of(module) if not name.startswith("handler.")} == set()


@pytest.mark.parametrize("module", MODULES)
def test_the_handler_needs_nothing_of_the_program_or_the_twin(module: str) -> None:
    assert not imports_of(module) & {"infra", "local", "pulumi"}


@pytest.mark.parametrize("module", [*PIXELS, "record", "facts", "develop"])
def test_pure_modules_know_neither_settings_nor_process(module: str) -> None:
    assert not imports_of(module) & {"handler.settings", "handler.process", "handler.events"}
