"""Each case cites a page of AWS's documentation, and each known deviation names a case."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.conformance.deviations import DEVIATIONS


def cases() -> Iterator[ast.FunctionDef]:
    """Yield the cases of all files except this one."""
    for path in Path(__file__).parent.glob("test_*.py"):
        if path != Path(__file__):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                    yield node


def test_each_case_cites_a_page_of_aws() -> None:
    found = {case.name: ast.get_docstring(case) or "" for case in cases()}
    assert len(found) > 30
    assert [
        name for name, text in found.items() if "https://docs.aws.amazon.com/" not in text
    ] == []


def test_each_deviation_names_a_case() -> None:
    assert {name for name, _ in DEVIATIONS} <= {case.name for case in cases()}
