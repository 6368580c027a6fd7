"""What decides without pixels needs the standard library only; lint-imports checks all else."""

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
def test_what_decides_without_pixels_needs_the_standard_library_only(module: str) -> None:
    assert {name for name in imports_of(module) if not name.startswith("handler.")} == set()


def loaded_with(modules: Sequence[str]) -> set[str]:
    """Return what a fresh interpreter has loaded after it imported modules of the handler."""
    program = (
        f"import sys; before = set(sys.modules); import {', '.join(modules)}; "
        "print(*sys.modules.keys() - before)"
    )
    command = [sys.executable, "-c", program]
    found = subprocess.run(command, cwd=HANDLER.parent, capture_output=True, text=True, check=True)
    return set(found.stdout.split())


def test_the_reconciler_loads_neither_pillow_nor_what_works_on_images() -> None:
    loaded = loaded_with(["handler.reconciler.app", "handler.aws.connect_reconciler"])
    assert {"handler.reconciler.sweep", "handler.aws.listing", "botocore"} <= loaded
    images = ("PIL", "pi_heif", "handler.images", "handler.delivery")
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
