"""Modules without pixel code import only the standard library; lint-imports checks the layers."""

import ast
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

HANDLER = Path(__file__).resolve().parent.parent.parent / "handler"
MODULES = sorted(
    ".".join(path.relative_to(HANDLER).with_suffix("").parts)
    for path in HANDLER.rglob("*.py")
    if path.stem != "__init__"
)


def imports_of(module: str) -> set[str]:
    """Return the imports of a module: those of `handler` in full, others by top-level name."""
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


@pytest.mark.parametrize(
    "module",
    [
        *(module for module in MODULES if module.startswith("images.variants.")),
        *("images.policy", "images.ports", "images.input_formats"),
        *("images.geometry", "images.render.srcset_html"),
        *(module for module in MODULES if module.startswith(("model.", "events."))),
        *("contract", "config.settings", "config.environment"),
        *("delivery.output_keys", "delivery.record_item", "delivery.variant_headers"),
        *(module for module in MODULES if module.startswith("reconciler.") and "app" not in module),
    ],
)
def test_modules_that_need_no_pixels_import_only_the_standard_library(module: str) -> None:
    assert {name for name in imports_of(module) if not name.startswith("handler.")} == set()


def loaded_with(modules: Sequence[str]) -> set[str]:
    """Return the modules that a fresh interpreter loads with some modules of the handler."""
    program = (
        f"import sys; before = set(sys.modules); import {', '.join(modules)}; "
        "print(*sys.modules.keys() - before)"
    )
    command = [sys.executable, "-c", program]
    found = subprocess.run(command, cwd=HANDLER.parent, capture_output=True, text=True, check=True)
    return set(found.stdout.split())


def test_the_reconciler_loads_neither_pillow_nor_image_modules() -> None:
    loaded = loaded_with(["handler.reconciler.app", "handler.aws.connect_reconciler"])
    assert {"handler.reconciler.sweep", "handler.aws.listing", "botocore"} <= loaded
    images = ("PIL", "pi_heif", "deflate", "handler.images", "handler.delivery")
    assert {name for name in loaded if name.startswith(images)} == set()
    processor = loaded_with(["handler.app", "handler.aws.connect"])
    assert {"PIL.Image", "handler.images.transform"} <= processor


def test_values_and_events_load_the_standard_library_only() -> None:
    rooms = ("contract", "model.", "events.")
    loaded = loaded_with([f"handler.{name}" for name in MODULES if name.startswith(rooms)])
    names = {name for name in loaded if name.partition(".")[0] not in sys.stdlib_module_names}
    assert {"handler.contract", "handler.model.record", "handler.events.parsing"} <= names
    inner = ("handler.contract", "handler.model", "handler.events")
    assert {name for name in names if not name.startswith(inner)} == {"handler"}
