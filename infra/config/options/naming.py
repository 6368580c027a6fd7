"""Options of names and tags."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from infra.config.environment_name import MAX_ENVIRONMENT_LENGTH
from infra.config.findings import Finding, Refused
from infra.config.limits import MAX_USER_TAGS, OWN_TAGS
from infra.config.options.base import Options, Text

_TAG = r"[\w .:/=+@-]"
"""https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html"""
TagKey = Annotated[str, StringConstraints(pattern=rf"^(?![aA][wW][sS]:){_TAG}{{1,128}}$")]
TagValue = Annotated[Text, StringConstraints(pattern=rf"^{_TAG}{{0,256}}$")]


def _keys_apart(tags: Mapping[str, str]) -> Mapping[str, str]:
    """Refuse keys that differ in case alone, which IAM takes for the same key.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
    """
    known = {key.lower(): key for key in OWN_TAGS}
    found: list[Finding] = []
    for key in tags:
        twin = known.setdefault(key.lower(), key)
        if twin != key:
            why = f"IAM takes {key} and {twin} for the same key"
            found.append(Finding(inside=(key,), why=why, names=(twin,)))
    if found:
        raise Refused(*found)
    return tags


class NamingOptions(Options):
    """What the resources are called and tagged with."""

    name_prefix: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,18}[a-z0-9]$")]
    environment: Annotated[
        str, Field(pattern=rf"^[a-z0-9][a-z0-9-]{{0,{MAX_ENVIRONMENT_LENGTH - 2}}}[a-z0-9]$")
    ]
    tags: Annotated[
        Mapping[TagKey, TagValue], Field(max_length=MAX_USER_TAGS), AfterValidator(_keys_apart)
    ]
    owner: TagValue
    data_classification: Literal["", "public", "internal", "confidential", "restricted"]
