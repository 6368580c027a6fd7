"""Physical names and tags, as pure functions of the settings."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from infra.config.limits import OWN_TAGS

MAX_NAME_LENGTH = 63
"""The shortest limit of the services used: a bucket's name.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""


@dataclass(frozen=True, kw_only=True)
class PhysicalNames:
    """Globally unique names: prefix, environment, role, random suffix."""

    prefix: str
    environment: str
    suffix: pulumi.Output[str]
    """Eight hexadecimal digits."""

    def of(self, role: str) -> pulumi.Output[str]:
        """The physical name of the resource that plays this role, such as `uploads`."""
        return self.suffix.apply(
            lambda suffix: physical_name(self.prefix, self.environment, role, suffix)
        )


def physical_name(prefix: str, environment: str, role: str, suffix: str) -> str:
    """Join the parts with hyphens.

    Raises:
        ValueError: when the name is longer than a bucket's may be.
    """
    name = f"{prefix}-{environment}-{role}-{suffix}"
    if len(name) > MAX_NAME_LENGTH:
        raise ValueError(
            f"the name {name} has {len(name)} characters, at most {MAX_NAME_LENGTH} are allowed:"
            " choose a shorter namePrefix or environment"
        )
    return name


def content_id(*content: str) -> str:
    """Eight hexadecimal digits that stand for the content of one item of a list.

    A child resource per item is named by this and not by position. Otherwise the removal of the
    first item would update each of the others in place, and the engine would delete what became
    the last: an attachment, a subscription or a rule that an updated one now equals, so that AWS
    ends with neither.
    """
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:8]


def log_group_name(function_name: pulumi.Input[str]) -> pulumi.Output[str]:
    """The name of a function's log group, among those of all functions.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
    """
    return pulumi.Output.concat("/aws/lambda/", function_name)


def resource_tags(
    project: str,
    environment: str,
    user_tags: Mapping[str, str],
    *,
    owner: str = "",
    data_classification: str = "",
) -> Mapping[str, str]:
    """The tags of every resource, without those that are empty.

    A user's tag wins over the program's own of the same key.
    """
    own = dict(
        zip(OWN_TAGS, (project, environment, "pulumi", owner, data_classification), strict=True)
    )
    return {key: value for key, value in own.items() if value} | dict(user_tags)
