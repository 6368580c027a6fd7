"""Imports point inward: whatever decides knows nothing of AWS, Lambda or the environment."""

import ast
import sys
from pathlib import Path

import pytest

HANDLER = Path(__file__).resolve().parent.parent.parent / "handler"
MODULES = sorted(
    ".".join(path.relative_to(HANDLER).with_suffix("").parts)
    for path in HANDLER.rglob("*.py")
    if path.stem != "__init__"
)
IMAGES = [module for module in MODULES if module.startswith("images.")]


def imports_of(module: str) -> set[str]:
    """Return what a module imports, `handler.x` as `handler.x` and all else by its first name."""
    found: set[str] = set()
    path = HANDLER / f"{module.replace('.', '/')}.py"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
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
        for name in ("app", "aws.connect", "reconciler.app", "aws.connect_reconciler")
    }
    assert importers == {
        "app": {"reconciler.app"},  # what both are called with
        "aws.connect": {"app", "aws.connect_reconciler"},
        "reconciler.app": set(),
        "aws.connect_reconciler": {"reconciler.app"},
    }


def test_only_adapters_import_the_aws_sdk() -> None:
    using = {module for module in MODULES if imports_of(module) & {"boto3", "botocore"}}
    assert using == {
        *("aws.clients", "aws.errors", "aws.record_store", "aws.objects", "aws.reading"),
        *("aws.reconciler_state", "aws.listing", "aws.inventory"),
    }


@pytest.mark.parametrize(
    "module",
    [
        *(module for module in MODULES if module.startswith("images.variants.")),
        *("images.policy", "images.source.formats"),
        *("images.render.geometry", "images.render.srcset_html"),
        *("model.output_keys", "model.errors", "config.limits", "config.settings"),
        *("events.parsing", "events.notices", "config.environment"),
        *(module for module in MODULES if module.startswith("reconciler.") and "app" not in module),
    ],
)
def test_what_decides_without_pixels_needs_the_standard_library_only(module: str) -> None:
    assert {name for name in imports_of(module) if not name.startswith("handler.")} == set()


@pytest.mark.parametrize("module", MODULES)
def test_the_handler_needs_nothing_of_the_program_or_the_twin(module: str) -> None:
    assert not imports_of(module) & {"infra", "local", "pulumi"}


@pytest.mark.parametrize("module", [*IMAGES, "model.record"])
def test_pure_modules_know_nothing_of_what_surrounds_them(module: str) -> None:
    inner = {
        *("handler.model.errors", "handler.model.facts", "handler.model.object_headers"),
        *("handler.config.limits", "handler.contract", "handler.ports"),
    }
    ours = {name for name in imports_of(module) if name.startswith("handler.")}
    assert {name for name in ours if not name.startswith("handler.images.")} <= inner
