"""Values that are near to a wrong one, nearest first. Pure."""

import difflib
import re
from collections.abc import Iterator, Sequence

from handler.images.variants.rules import as_text
from infra.config.findings import Finding

_TRUE_WORDS, _FALSE_WORDS = ("yes", "on", "y", "1"), ("no", "off", "n", "0")
_SIMILARITY = 0.6
_LONGEST_NAMES = (32, 20, 12)
"""Of a variant, of namePrefix and of environment."""


def near_values(given: object, finding: Finding) -> Sequence[object]:
    """Return what may have been meant by a value that is wrong."""
    text = as_text(given)
    if not isinstance(text, str):
        return []
    numbers: list[int] = []
    words: dict[str, object] = {}
    for example in finding.examples:
        if isinstance(example, bool | str):
            words[str(as_text(example)).lower()] = example
        elif isinstance(example, int):
            numbers.append(example)
    return [
        *(_near_numbers(text, numbers) if numbers else ()),
        *(words[word] for word in _near_words(text.lower(), words)),
        *(_other_spellings(text) if finding.is_spelling else ()),
    ]


def _near_numbers(text: str, numbers: Sequence[int]) -> Iterator[int]:
    """The number itself may have been written as a text, or with a fraction."""
    found = re.search(r"-?\d+(\.\d+)?", text)
    if found:
        number = float(found[0])
        yield round(number)
        yield from sorted(numbers, key=lambda each: abs(each - number))


def _near_words(text: str, words: dict[str, object]) -> Iterator[str]:
    if "true" in words:
        yield from ("true",) if text in _TRUE_WORDS else ()
        yield from ("false",) if text in _FALSE_WORDS else ()
    yield from (word for word in words if word and text.startswith(word))
    yield from difflib.get_close_matches(text, words, cutoff=_SIMILARITY)


def _other_spellings(text: str) -> Iterator[str]:
    """Without blanks and capitals, with hyphens or underscores, shorter; as a folder or colour."""
    bare = text.strip()
    yield from (bare, bare.lower(), bare.upper())
    for joint in ("-", "_"):
        name = re.sub(r"[^a-z0-9]+", joint, bare.lower()).strip(joint)
        yield name
        yield from (name[:length].strip(joint) for length in _LONGEST_NAMES)
    folders = [re.sub(r"[^A-Za-z0-9!_.'()=-]+", "-", part) for part in bare.split("/") if part]
    yield "/".join([*folders, ""])
    digits = bare.lstrip("#")
    yield f"#{digits}"
    yield f"#{''.join(digit * 2 for digit in digits)}"
