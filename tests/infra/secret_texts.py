"""What a configuration could give away, as tests of secrets look for it."""

from collections.abc import Iterator, Mapping
from typing import cast


def texts_of(value: object) -> Iterator[str]:
    """Yield the texts and numbers in a value of the configuration, without keys and switches."""
    if isinstance(value, Mapping):
        for each in cast("Mapping[str, object]", value).values():
            yield from texts_of(each)
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            yield from texts_of(each)
    elif value != "" and not isinstance(value, bool):
        yield str(value)
