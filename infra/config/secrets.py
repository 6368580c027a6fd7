"""What a stack keeps secret: texts that neither messages nor its state may show. Pure."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import cast
from urllib.parse import unquote_plus

from handler.images.variants.rules import as_text

HIDDEN = "[secret]"
"""What stands for a secret in messages, as in Pulumi's own."""

UNCHANGED_OPTIONS = frozenset(
    (
        *("extraEnvironment", "tags", "owner", "dataClassification", "subscriptions"),
        *("variants", "variantOverrides", "extraVariants"),
    )
)
"""Options whose values are whole values of resources, or of JSON in them, and never parts of longer
texts. So a short one, such as `1` or `dev`, does not hide every ARN that contains it."""

MIN_PART_LENGTH = 8
"""From this length on such a value is also looked for in longer texts."""


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """The options that were set with `--secret`, and their texts."""

    options: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    """Texts that are secret wherever they are."""
    wholes: frozenset[str] = frozenset()
    """Texts and numbers that are secret where they are a value of their own."""

    def within(self, value: object) -> bool:
        """Say whether a value has a secret in it: in a text, an item, a key, or JSON."""
        if value is None or isinstance(value, bool):
            return False
        if isinstance(value, Mapping):
            entries = cast("Mapping[object, object]", value)
            return any(self.within(each) for pair in entries.items() for each in pair)
        if isinstance(value, list | tuple):
            return any(map(self.within, cast("Sequence[object]", value)))
        if isinstance(value, int | float):
            return _number_text(value) in self.wholes
        return isinstance(value, str) and self._is_in_text(value)

    def redacted(self, text: str) -> str:
        """Return a text for people with `[secret]` in the place of every secret."""
        return self._pattern.sub(HIDDEN, text) if self.parts or self.wholes else text

    def _is_in_text(self, text: str) -> bool:
        readings = _readings(text)
        if text in self.wholes or any(
            part.lower() in reading.lower() for reading in readings for part in self.parts
        ):
            return True
        return self.within(_json_of(text))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        spellings = {
            **{each: rf"(?<!\w){re.escape(each)}(?!\w)" for each in _spelled(self.wholes)},
            **{each: re.escape(each) for each in _spelled(self.parts)},
        }
        longest_first = sorted(spellings, key=len, reverse=True)
        return re.compile("|".join(spellings[each] for each in longest_first), re.IGNORECASE)


NO_SECRETS = Secrets()


def secrets_of(own: Mapping[str, object], options: Set[str], types: Mapping[str, str]) -> Secrets:
    """Return what is secret of a stack's options.

    A switch has no text of its own: it shows in which resources there are.

    Args:
        own: the options that the stack sets, with their values.
        options: those that it sets with `--secret`, even if only for one value inside.
        types: of all options that there are.
    """
    parts: set[str] = set()
    wholes: set[str] = set()
    for option in options & own.keys():
        texts = set(_texts(own[option]))
        match types.get(option):
            case "boolean":
                pass
            case "integer":
                wholes |= texts | set(_integers(texts))
            case _ if option in UNCHANGED_OPTIONS:
                wholes |= texts
                parts |= {text for text in texts if len(text) >= MIN_PART_LENGTH}
            case _:
                parts |= texts
    parts |= {text.split(":", 5)[5] for text in parts if text.count(":") >= 5} - {""}
    return Secrets(options=frozenset(options), parts=frozenset(parts), wholes=frozenset(wholes))


def _texts(value: object) -> Iterator[str]:
    """Texts and numbers in a value, without the keys, which the stack's file has in plain text."""
    if isinstance(value, Mapping):
        for each in cast("Mapping[str, object]", value).values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            yield from _texts(each)
    else:
        text = as_text(value)
        if isinstance(text, str) and text:
            yield text


def _integers(texts: Iterable[str]) -> Iterator[str]:
    """The integers that texts such as `+5` and `5.0` are read as."""
    for text in texts:
        number = re.fullmatch(r"\s*([+-]?\d{1,20})(\.0*)?\s*", text)
        if number:
            yield str(int(number[1]))


def _readings(text: str) -> tuple[str, str, str]:
    """A text as it is, and as S3's filters and patterns of EventBridge encode it."""
    return text, unquote_plus(text), re.sub(r"\\(.)", r"\1", text)


def _spelled(texts: Set[str]) -> Iterator[str]:
    for text in texts:
        yield from (text, repr(text)[1:-1], json.dumps(text)[1:-1])


def _json_of(text: str) -> object:
    """Return the list or object that a text is, if it is one."""
    if not text.startswith(("{", "[")):
        return None
    try:
        return cast("object", json.loads(text))
    except json.JSONDecodeError:
        return None


def _number_text(number: float) -> str:
    is_whole = isinstance(number, float) and number.is_integer()
    return str(int(number) if is_whole else number)
