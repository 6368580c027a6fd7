"""Generated tables of options, variants and outputs in the documents. Pure."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from handler.images.variants.options import Option as VariantOption
from infra.config.errors import Option
from infra.outputs import OutputGroup

_OPTION_ROW = re.compile(
    r"^\| `(\w+)` \| (?:string|integer|boolean|array|object) \|.*$", re.MULTILINE
)
_OPTIONS_TABLE = re.compile(r"^\| option \|.*\n\|---.*\n(?:\|.*\n)*", re.MULTILINE)
_KEYS_TABLE = re.compile(r"^\| key \| description \|\n\|---.*\n(?:\|.*\n)*", re.MULTILINE)
_OUTPUTS_TABLE = re.compile(r"^\| output \|.*\n\|---.*\n(?:\|.*\n)*", re.MULTILINE)


class DocumentError(Exception):
    """A document does not have the tables or rows that it should have."""


def readme(text: str, schema: Mapping[str, Option], outputs: Sequence[OutputGroup]) -> str:
    """Return the README with regenerated rows: of the options that it lists, and of all outputs.

    Raises:
        DocumentError: If it lists an option that does not exist.
    """
    for key in _OPTION_ROW.findall(text):
        if key not in schema:
            raise DocumentError(f"README.md lists {key}, which is no option of Pulumi.yaml")
    text = _OPTION_ROW.sub(lambda row: _option_row(row[1], schema[row[1]]), text)
    rows = [f"| {_names(group)} | {group.description} |" for group in outputs]
    table = "\n".join(("| output | description |", "|---|---|", *rows, ""))
    return _OUTPUTS_TABLE.sub(lambda _: table, text)


def options(text: str, schema: Mapping[str, Option]) -> str:
    """Return the document with the rows of all options."""
    rows = [_option_row(key, option) for key, option in schema.items()]
    table = "\n".join(("| option | type | default | description |", "|---|---|---|---|", *rows, ""))
    return _OPTIONS_TABLE.sub(lambda _: table, text)


def variants(text: str, *tables: Iterable[VariantOption]) -> str:
    """Return the document with regenerated tables of keys: of variants, and of watermarks.

    Raises:
        DocumentError: If it has more or fewer of them.
    """
    parts = _KEYS_TABLE.split(text)
    if len(parts) != len(tables) + 1:
        raise DocumentError(
            f"docs/variants.md has {len(parts) - 1} tables of keys, and not {len(tables)}"
        )
    made = [_keys_table(each) for each in tables]
    return "".join(part for pair in zip(parts, [*made, ""], strict=True) for part in pair)


def _keys_table(options: Iterable[VariantOption]) -> str:
    rows = [f"| `{each.key}` | {each.documentation} |" for each in options if each.documentation]
    return "\n".join(("| key | description |", "|---|---|", *rows, ""))


def _option_row(key: str, option: Option) -> str:
    default = "the five above" if key == "variants" else f"`{json.dumps(option.default)}`"
    return f"| `{key}` | {option.type} | {default} | {option.description} |"


def _names(group: OutputGroup) -> str:
    return ", ".join(f"`{name}`" for name in group.names)
