"""Proves that a change on the command line becomes the arguments of `pulumi config`."""

import pytest

from engine.changes import parse_change

# https://www.pulumi.com/docs/iac/cli/commands/pulumi_config_set/ and .../pulumi_config_rm/


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("trigger=s3", ["set", "--", "trigger", "s3"]),
        ("tags=a=b", ["set", "--", "tags", "a=b"]),
        ("owner=", ["set", "--", "owner", ""]),
        ("offset=-1", ["set", "--", "offset", "-1"]),
        ("path:variants[0].maxWidth=9", ["set", "--path", "--", "variants[0].maxWidth", "9"]),
        ("rm:trigger", ["rm", "--", "trigger"]),
        ("rm:path:tags.Team", ["rm", "--path", "--", "tags.Team"]),
    ],
)
def test_a_change_has_the_arguments_of_the_cli(text: str, arguments: list[str]) -> None:
    plain, marked = parse_change(text), parse_change(f"deletes:{text}")
    assert plain.arguments == marked.arguments == arguments
    assert (plain.deletes_data, marked.deletes_data) == (False, True)
    assert plain.text == text


@pytest.mark.parametrize(
    "text", ["", "trigger", "=s3", "rm:", "rm:trigger=s3", "path:", "deletes:"]
)
def test_anything_else_is_rejected_with_the_forms_that_there_are(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be KEY=VALUE .*path:KEY=VALUE.* rm:KEY"):
        parse_change(text)
