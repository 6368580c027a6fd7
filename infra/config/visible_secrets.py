"""Options that cannot be secret, since Pulumi encrypts neither names nor ids of resources. Pure."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from infra.config.changes import Place, path_text
from infra.config.errors import Option, Problem
from infra.config.secrets import HIDDEN, Secrets

VISIBLE: Mapping[str, str] = {
    "namePrefix": "the names and URNs of resources",
    "environment": "the names and URNs of resources",
    "existingUploadBucket": "the id of the bucket's notification",
    "existingTopicArn": "the ids of the topic's subscriptions",
    "extraPolicyArns": "the ids of the policies' attachments",
}
"""What a value is part of, by option."""


def visible_secrets(
    own: Mapping[str, object], secrets: Secrets, *, project: str, schema: Mapping[str, Option]
) -> Sequence[Problem]:
    """Explain which options cannot be secret. The fix keeps their values, and prints none.

    Args:
        own: the options that the stack sets, with their values.
        secrets: those that it sets with `--secret`.
        project: the namespace of the options.
        schema: all options that there are.
    """
    return [
        Problem(
            key=f"{project}:{key}",
            given=HIDDEN,
            why=f"cannot be secret: it is part of {part_of}, which Pulumi does not encrypt",
            allowed=schema[key].description,
            fix=" && ".join(_in_plain_text((key,), own[key])),
        )
        for key, part_of in VISIBLE.items()
        if key in secrets.options and own[key]
    ]


def _in_plain_text(place: Place, value: object) -> Iterator[str]:
    """Yield commands that set each text again, from what the CLI decrypts itself."""
    if isinstance(value, list):
        for index, each in enumerate(cast("list[object]", value)):
            yield from _in_plain_text((*place, index), each)
        return
    words = (*(("--path",) if len(place) > 1 else ()), path_text(place))
    decrypted = shlex.join(["pulumi", "config", "get", *words])
    yield f'{shlex.join(["pulumi", "config", "set", "--plaintext", *words])} "$({decrypted})"'
