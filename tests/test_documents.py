"""Proves that the documents say what the program declares, and that the README stays short."""

import re
from pathlib import Path

import pytest

from docs import tables
from handler.images.variants.variant import OPTIONS as VARIANT_OPTIONS
from handler.images.variants.watermark import WATERMARK_OPTIONS
from infra.config.settings import load_schema
from infra.outputs import OUTPUTS

REPOSITORY = Path(__file__).resolve().parent.parent
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
SCHEMA = load_schema()
MAX_ROW = 140
VARIANTS = (REPOSITORY / "docs" / "variants.md").read_text(encoding="utf-8")
OPTIONS = (REPOSITORY / "docs" / "options.md").read_text(encoding="utf-8")


def test_the_list_of_options_is_that_of_the_project_file() -> None:
    assert tables.options(OPTIONS, SCHEMA) == OPTIONS, "run `make docs`"


def test_the_options_and_outputs_in_the_readme_are_as_the_program_declares_them() -> None:
    assert tables.readme(README, SCHEMA, OUTPUTS) == README, "run `make docs`"


def test_every_key_of_a_variant_and_of_a_watermark_is_in_the_list_as_it_is_declared() -> None:
    keys = (VARIANT_OPTIONS.values(), WATERMARK_OPTIONS.values())
    assert tables.variants(VARIANTS, *keys) == VARIANTS, "run `make docs`"
    assert "| `progressive` |" in VARIANTS
    stale = VARIANTS.replace("| `progressive` |", "| `progresive` |")
    assert tables.variants(stale, *keys) == VARIANTS
    with pytest.raises(tables.DocumentError, match="2 tables of keys, and not 1"):
        tables.variants(VARIANTS, VARIANT_OPTIONS.values())


def test_a_stale_row_of_an_option_or_an_output_is_written_anew() -> None:
    stale = README.replace("| string |", "| integer |", 1).replace("`queueUrl`", "`queueUri`")
    assert stale.count("queueUri") == 1
    assert tables.readme(stale, SCHEMA, OUTPUTS) == README
    (row,) = [line for line in OPTIONS.splitlines() if line.startswith("| `forceDestroy` |")]
    without_an_option = OPTIONS.replace(f"{row}\n", "")
    assert tables.options(without_an_option, SCHEMA) == OPTIONS


@pytest.mark.parametrize("text", [README, OPTIONS, VARIANTS], ids=["README", "options", "variants"])
def test_no_row_of_a_table_is_longer_than_a_line_of_text(text: str) -> None:
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert rows
    assert [row for row in rows if len(row) > MAX_ROW] == []


def test_an_option_that_there_is_not_is_not_left_in_the_readme() -> None:
    with pytest.raises(tables.DocumentError, match="noSuchOption"):
        tables.readme(README.replace("| `tags` |", "| `noSuchOption` |"), SCHEMA, OUTPUTS)


def test_the_readme_has_less_than_200_lines() -> None:
    assert len(README.splitlines()) < 200


DOCUMENTS = sorted((*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")))
DECISIONS = sorted((REPOSITORY / "docs" / "decisions").iterdir())
SECTIONS = ["Context", "Decision", "Consequences", "Alternatives"]


def links_of(path: Path) -> list[str]:
    """Return where a document links to in this repository, without anchors."""
    return re.findall(r"\]\(((?!https?:)[^)#]+)[)#]", path.read_text(encoding="utf-8"))


def test_every_document_that_is_linked_to_exists() -> None:
    for path in DOCUMENTS:
        assert [link for link in links_of(path) if not (path.parent / link).exists()] == [], path
    assert "docs/architecture.md" in links_of(REPOSITORY / "README.md")


def test_every_decision_has_a_number_its_sections_and_a_link_from_the_overview() -> None:
    links = links_of(REPOSITORY / "docs" / "architecture.md")
    for number, path in enumerate(DECISIONS, start=1):
        title, *sections = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert path.name.startswith(f"{number:04}-")
        assert title.startswith(f"{number}. ")
        assert sections == SECTIONS, path.name
        assert links.count(f"decisions/{path.name}") == 1
    assert DECISIONS


EXTENDING = (REPOSITORY / "docs" / "extending.md").read_text(encoding="utf-8")


def hunks_that_do_not_apply(text: str) -> list[str]:
    """Return the hunks of a document's diffs that name lines which the file has neither with nor
    without the change."""
    stale: list[str] = []
    for diff in re.findall(r"^```diff\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for changed in diff.split("+++ b/")[1:]:
            name, *hunks = changed.split("\n@@\n")
            source = {"", *(REPOSITORY / name).read_text(encoding="utf-8").splitlines()}
            for hunk in hunks:
                lines = hunk.splitlines()
                before = {line[1:] for line in lines if not line.startswith("+")}
                after = {line[1:] for line in lines if not line.startswith("-")}
                if not (before <= source or after <= source):
                    stale.append(f"{name}: {hunk}")
    return stale


def test_the_diffs_that_show_how_to_extend_the_code_still_apply_to_it() -> None:
    assert EXTENDING.count("\n@@\n") > 10
    assert hunks_that_do_not_apply(EXTENDING) == []
    renamed = EXTENDING.replace('     GIF = "gif"', '     GIF = "giff"')
    assert len(hunks_that_do_not_apply(renamed)) == 1


FOLDERS = "corpus|docs|engine|examples|handler|infra|local|policy|simulation|tests"
PATH = re.compile(rf"`((?:{FOLDERS})/[\w./-]*)`|pytest ((?:{FOLDERS})/[\w./-]*)")


def paths_of(text: str) -> list[str]:
    """Return the files and folders that a document names in backquotes or runs the tests of."""
    return [quoted or run for quoted, run in PATH.findall(text)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    named = paths_of(document.read_text(encoding="utf-8"))
    assert [name for name in named if not (REPOSITORY / name).exists()] == []
    assert paths_of("in `infra/pipeline.py` and `handler/`") == ["infra/pipeline.py", "handler/"]
    assert paths_of(".venv/bin/python -m pytest tests/infra  # some") == ["tests/infra"]
