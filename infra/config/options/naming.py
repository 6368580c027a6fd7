"""Options of names and tags."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from infra.config.environment_name import MAX_ENVIRONMENT_LENGTH
from infra.config.limits import MAX_USER_TAGS
from infra.config.options.base import Options, Text

TagKey = Annotated[str, StringConstraints(pattern=r"^(?![aA][wW][sS]:).{1,128}$")]
TagValue = Annotated[Text, StringConstraints(max_length=256)]


class NamingOptions(Options):
    """What the resources are called and tagged with."""

    name_prefix: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,18}[a-z0-9]$")]
    environment: Annotated[
        str, Field(pattern=rf"^[a-z0-9][a-z0-9-]{{0,{MAX_ENVIRONMENT_LENGTH - 2}}}[a-z0-9]$")
    ]
    tags: Annotated[Mapping[TagKey, TagValue], Field(max_length=MAX_USER_TAGS)]
    owner: TagValue
    data_classification: Literal["", "public", "internal", "confidential", "restricted"]
