"""Proves that what the program and the functions must agree on is written down once."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from handler import contract
from handler.contract import InventoryField, LogEvent, LogField, TableAttribute, Variable

REPOSITORY = Path(__file__).resolve().parent.parent
OWNER = "handler/contract.py"
SOURCES = {
    str(path.relative_to(REPOSITORY)): path.read_text(encoding="utf-8")
    for room in ("handler", "infra", "corpus")
    for path in sorted((REPOSITORY / room).rglob("*.py"))
}

WORDS = (
    *Variable,
    *TableAttribute,
    *InventoryField,
    contract.UPLOADED_INDEX,
    contract.PROGRESS_ID,
    contract.HISTORY_ID_PREFIX,
    contract.WATERMARKS_FOLDER,
)
NUMBERS = (contract.RUNTIME_MEMORY_MIB, contract.PIXELS_PER_MIB, contract.MIB_PER_PROCESSOR)

MEANS_SOMETHING_ELSE = {
    # Fields of log lines, and of what an invocation answers.
    TableAttribute.VERSION_ID: ("handler/app.py", "handler/delivery/", "handler/reconciler/"),
    # Fields of what S3 answers.
    InventoryField.SIZE: ("handler/aws/",),
    InventoryField.ETAG: ("handler/aws/",),
    InventoryField.STORAGE_CLASS: ("handler/aws/",),
    # The role of a function, by which it is named.
    contract.PROGRESS_ID: ("infra/",),
}
"""Where a literal of the contract is the name of another thing."""


def strings(tree: ast.AST) -> Iterator[str]:
    """Yield all literal texts, but for docstrings."""
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in documented:
                yield text
            case _:
                pass


def assigned_numbers(tree: ast.AST) -> Iterator[object]:
    """Yield the literal numbers that names, parameters and arguments are given."""
    for node in ast.walk(tree):
        values: list[ast.expr | None] = []
        match node:
            case ast.Assign() | ast.AnnAssign() | ast.keyword():
                values = [node.value]
            case ast.arguments():
                values = [*node.defaults, *node.kw_defaults]
            case _:
                pass
        yield from (value.value for value in values if isinstance(value, ast.Constant))


def logged_literals(tree: ast.AST) -> Iterator[str]:
    """Yield the literal messages of log lines."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="logger")),
                args=[ast.Constant(value=str(message)), *_],
            ):
                yield message
            case _:
                pass


def repeated(path: str, source: str) -> set[object]:
    """Return what a source file repeats of the contract."""
    tree = ast.parse(source)
    texts = list(strings(tree))
    found: set[object] = {
        word
        for word in WORDS
        if not path.startswith(MEANS_SOMETHING_ELSE.get(word, ("-",)))
        and any(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) for text in texts)
    }
    found |= set(NUMBERS) & set(assigned_numbers(tree))
    found |= set(logged_literals(tree))
    if path.startswith("infra/"):
        found |= set(LogEvent) & set(texts)
        patterns = [text for text in texts if "$." in text or "'" in text or '"' in text]
        found |= {
            name
            for name in (*LogEvent, *LogField)
            if any(re.search(rf"""(\$\.|["']){name}\b""", text) for text in patterns)
        }
    return found


@pytest.mark.parametrize("path", [path for path in SOURCES if path != OWNER])
def test_no_name_and_no_number_of_the_contract_is_repeated(path: str) -> None:
    assert repeated(path, SOURCES[path]) == set()


@pytest.mark.parametrize(
    ("path", "source", "found"),
    [
        ("handler/x.py", 'environment.get("TABLE_NAME")', {"TABLE_NAME"}),
        ("infra/x.py", '{"QUEUE_URL": url, "OTHER_QUEUE_URL": url}', {"QUEUE_URL"}),
        ("handler/aws/x.py", 'f"image_id = {value} AND a"', {"image_id"}),
        ("infra/x.py", 'table(range_key="version_id")', {"version_id"}),
        ("infra/x.py", 'FIELDS = ("Size", "Other")', {"Size"}),
        ("handler/aws/x.py", 'answer.get("Size")', set[object]()),
        ("infra/x.py", 'keys = ["reconciler:*"]', {"reconciler:"}),
        ("handler/x.py", 'KEY = {"S": "reconciler"}', {"reconciler"}),
        ("infra/x.py", 'path = f"watermarks/{name}.png"', {"watermarks"}),
        ("infra/x.py", "def f(memory_mib: int = 1769): pass", {1769}),
        ("corpus/x.py", "_OWN_MIB: int = 150", {150}),
        ("infra/x.py", "DAYS = (30, 150)", set[object]()),
        ("infra/x.py", """P = '{ $.message = "finished" }'""", {"finished", "message"}),
        ("infra/x.py", """ADVICE = "look for the lines 'retry'." """, {"retry"}),
        ("infra/x.py", 'VALUE = "$.unresolved"', {"unresolved"}),
        ("handler/x.py", 'logger.info("anything", extra={})', {"anything"}),
        ("handler/x.py", '"""Reads TABLE_NAME."""', set[object]()),
    ],
)
def test_a_repetition_is_found(path: str, source: str, found: set[object]) -> None:
    assert repeated(path, source) == found


def test_the_contract_itself_would_be_found_everywhere_else() -> None:
    found = repeated("infra/x.py", SOURCES[OWNER])
    assert {*Variable, *TableAttribute, *InventoryField, *LogEvent, *NUMBERS} <= found
