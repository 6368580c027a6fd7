"""What a user reads when the configuration is wrong: every problem, each with its fix."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from infra.config.changes import Change, Drop, commands, path_text
from infra.config.findings import Finding
from infra.config.fixes import Check, fix_for, value_at
from infra.config.secrets import HIDDEN, Secrets


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option as Pulumi.yaml declares it."""

    type: str
    """string, integer, boolean, object or array."""
    description: str
    """Says in words what is allowed."""
    default: object


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong with the configuration, and the command that fixes it."""

    key: str
    given: str
    why: str
    allowed: str
    fix: str

    def __str__(self) -> str:
        return (
            f"  {self.key} = {self.given}: {self.why}\n"
            f"      allowed: {self.allowed}\n"
            f"      to fix: {self.fix}"
        )


class SettingsError(pulumi.RunError):
    """The configuration is wrong. Pulumi prints a RunError without a traceback."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = "1 setting is" if len(problems) == 1 else f"{len(problems)} settings are"
        super().__init__("\n".join((f"{count} wrong; nothing was created.", *map(str, problems))))


def explain(
    own: Mapping[str, object],
    check: Check,
    *,
    project: str,
    schema: Mapping[str, Option],
    secrets: Secrets,
) -> Sequence[Problem]:
    """Explain all that is wrong, in an order in which every fix can be made after those before.

    Args:
        own: the options that the stack sets, with their values.
        check: finds what is wrong with them, and with others in their place.
        project: the namespace of the options.
        schema: all options that there are.
        secrets: what no message may show.
    """
    fixed = [(finding, fix_for(finding, own, check, secrets)) for finding in check(own)]
    fixed.sort(key=lambda pair: _last_index(pair[1]), reverse=True)
    return [
        Problem(
            key=f"{project}:{path_text(finding.place)}",
            given=HIDDEN
            if finding.option in secrets.options
            else secrets.redacted(_shown(finding, own, schema)),
            why=_why(finding, secrets),
            allowed=schema[finding.option].description
            if finding.option in schema
            else "the options that Pulumi.yaml lists",
            fix=commands(changes),
        )
        for finding, changes in fixed
    ]


def _why(finding: Finding, secrets: Secrets) -> str:
    """The reason without secrets, and without numbers that a rule calculated from one."""
    why = secrets.redacted(finding.why)
    return re.sub(r"\d+", HIDDEN, why) if secrets.options & finding.reads else why


def _last_index(changes: Sequence[Change]) -> int:
    """The index of the item that is dropped; items after it move, so the last is first."""
    drops = [change.place for change in changes if isinstance(change, Drop)]
    return max((part for place in drops for part in place if isinstance(part, int)), default=-1)


def _shown(finding: Finding, own: Mapping[str, object], schema: Mapping[str, Option]) -> str:
    given = value_at(own, finding.place)
    if given is None and not finding.inside and finding.option in schema:
        given = schema[finding.option].default
    return given if isinstance(given, str) and given else json.dumps(given, default=str)
