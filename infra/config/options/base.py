"""What every group of options has in common."""

from typing import Annotated, TypeVar, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo, field_validator
from pydantic.alias_generators import to_camel

from handler.images.variants.rules import as_text
from infra.config.findings import Finding, Refused

Items = TypeVar("Items", bound="tuple[object, ...]")

Text = Annotated[str, BeforeValidator(as_text)]
"""A text in a list or object, where the CLI stores digits and true as what they look like."""


def distinct(items: Items) -> Items:
    """Refuse a list that has the same item twice: one resource stands for both, or AWS refuses."""
    again = [index for index, item in enumerate(items) if item in items[:index]]
    if again:
        raise Refused(*(Finding(inside=(each,), why="is in the list already") for each in again))
    return items


class Options(BaseModel):
    """A group of options, by camelCase names, each of which is parsed without the others.

    What an option allows by itself is part of its type; what depends on others is a rule of its
    group.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, regex_engine="python-re"
    )

    @field_validator("*")
    @classmethod
    def _collect(cls, value: object, info: ValidationInfo) -> object:
        """Add a value to those of the context, which outlast the failure of another option."""
        cast("dict[str, object]", info.context)[str(info.field_name)] = value
        return value
