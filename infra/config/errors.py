"""What a user reads when the configuration is wrong: every problem, each with the way out."""

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from handler.images.variants.parsing import VariantProblems


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
    """One thing that is wrong with the configuration, and the command that mends it."""

    key: str
    given: str
    why: str
    allowed: str
    mend: str

    def __str__(self) -> str:
        return (
            f"  {self.key} = {self.given}: {self.why}\n"
            f"      allowed: {self.allowed}\n"
            f"      to mend: {self.mend}"
        )


class SettingsError(pulumi.RunError):
    """The configuration is wrong. Pulumi prints a RunError without a traceback."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = "1 setting is" if len(problems) == 1 else f"{len(problems)} settings are"
        super().__init__("\n".join((f"{count} wrong; nothing was created.", *map(str, problems))))


def problems_of(
    error: ValidationError, *, project: str, schema: Mapping[str, Option]
) -> Iterator[Problem]:
    """Explain each finding of the settings model by the option's own description."""
    for finding in error.errors():
        name = str(finding["loc"][0])
        if name not in schema:
            yield _unknown(finding, name, project, schema)
            continue
        option = schema[name]
        for why in _reasons(finding):
            yield Problem(
                key=f"{project}:{name}{_place(finding['loc'][1:])}",
                given=_shown(finding["input"]),
                why=why,
                allowed=option.description,
                mend=f"pulumi config set {project}:{name} {_argument(option)}",
            )


def _unknown(
    finding: ErrorDetails, name: str, project: str, schema: Mapping[str, Option]
) -> Problem:
    near = difflib.get_close_matches(name, schema, n=1)
    return Problem(
        key=f"{project}:{name}",
        given=_shown(finding["input"]),
        why=f"no such option{f', did you mean {project}:{near[0]}?' if near else ''}",
        allowed="the options that Pulumi.yaml lists",
        mend=f"pulumi config rm {project}:{name}",
    )


def _place(path: Sequence[int | str]) -> str:
    """Where inside a list or object, as `pulumi config set --path` writes it."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)


def _reasons(finding: ErrorDetails) -> Sequence[str]:
    cause: object = finding.get("ctx", {}).get("error")
    if isinstance(cause, VariantProblems):
        return cause.problems
    return [finding["msg"].removeprefix("Value error, ").removeprefix("Input ")]


def _shown(value: object) -> str:
    return value if isinstance(value, str) and value else json.dumps(value, default=str)


def _argument(option: Option) -> str:
    """The option's default as a shell argument of `pulumi config set`."""
    match option.default:
        case bool() | int():
            return json.dumps(option.default)
        case str():
            return f"'{option.default}'"
        case _:
            return f"--plaintext '{json.dumps(option.default)}'"
