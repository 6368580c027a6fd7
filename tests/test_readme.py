"""Proves that the README's option table is what Pulumi.yaml declares, and that it stays short."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from infra.settings import load_schema

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")


def _rows() -> Iterator[str]:
    yield "| option | type | default | what |"
    yield "|---|---|---|---|"
    for key, option in load_schema().items():
        default = "the five above" if key == "variants" else f"`{json.dumps(option.default)}`"
        yield f"| `{key}` | {option.type} | {default} | {option.description} |"


def test_the_option_table_is_that_of_the_project_file() -> None:
    found = re.search(r"<!-- options:[^\n]*-->\n(.*?)\n<!-- end of options -->", README, re.DOTALL)
    assert found is not None
    assert found[1].splitlines() == list(_rows())


def test_the_readme_has_less_than_200_lines() -> None:
    assert len(README.splitlines()) < 200


def test_every_document_that_the_readme_links_to_exists() -> None:
    root = Path(__file__).resolve().parent.parent
    links = re.findall(r"\]\(((?!https?:)[^)#]+)\)", README)
    assert links
    assert [link for link in links if not (root / link).exists()] == []
