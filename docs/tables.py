"""Tables of options, variants and outputs in the documents, as the program declares them. Pure."""

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
_KEYS_TABLE = re.compile(r"^\| key \| what \|\n\|---.*\n(?:\|.*\n)*", re.MULTILINE)
_OUTPUTS_TABLE = re.compile(r"^\| output \|.*\n\|---.*\n(?:\|.*\n)*", re.MULTILINE)


def readme(text: str, schema: Mapping[str, Option], outputs: Sequence[OutputGroup]) -> str:
    """Return the README with its rows as they should be: of the options that it has, and of all
    outputs.

    Raises:
        KeyError: If it has an option that there is not.
    """
    text = _OPTION_ROW.sub(lambda row: _option_row(row[1], schema[row[1]]), text)
    rows = [f"| {_names(group)} | {group.description} |" for group in outputs]
    table = "\n".join(("| output | what |", "|---|---|", *rows, ""))
    return _OUTPUTS_TABLE.sub(lambda _: table, text)


def options(text: str, schema: Mapping[str, Option]) -> str:
    """Return the list of options with the rows of all."""
    rows = [_option_row(key, option) for key, option in schema.items()]
    table = "\n".join(("| option | type | default | what |", "|---|---|---|---|", *rows, ""))
    return _OPTIONS_TABLE.sub(lambda _: table, text)


def variants(text: str, *tables: Iterable[VariantOption]) -> str:
    """Return the document with its tables of keys, in order: of variants, and of watermarks.

    Raises:
        ValueError: If it has more or fewer of them.
    """
    parts = _KEYS_TABLE.split(text)
    if len(parts) != len(tables) + 1:
        raise ValueError(f"{len(parts) - 1} tables of keys, and not {len(tables)}")
    made = [_keys_table(each) for each in tables]
    return "".join(part for pair in zip(parts, [*made, ""], strict=True) for part in pair)


def _keys_table(options: Iterable[VariantOption]) -> str:
    rows = [f"| `{each.key}` | {each.documentation} |" for each in options if each.documentation]
    return "\n".join(("| key | what |", "|---|---|", *rows, ""))


def _option_row(key: str, option: Option) -> str:
    default = "the five above" if key == "variants" else f"`{json.dumps(option.default)}`"
    return f"| `{key}` | {option.type} | {default} | {option.description} |"


def _names(group: OutputGroup) -> str:
    return ", ".join(f"`{name}`" for name in group.names)
