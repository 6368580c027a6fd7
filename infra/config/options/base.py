"""What every group of options has in common."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Options(BaseModel):
    """A group of options, by camelCase names. A rule between two is on the one that comes later."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, regex_engine="python-re"
    )
