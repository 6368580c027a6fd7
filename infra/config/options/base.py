"""What every group of options has in common."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel

from handler.images.variants.rules import as_text

Text = Annotated[str, BeforeValidator(as_text)]
"""A text in a list or object, where the CLI stores digits and true as what they look like."""


class Options(BaseModel):
    """A group of options, by camelCase names. A rule between two is on the one that comes later."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, regex_engine="python-re"
    )
