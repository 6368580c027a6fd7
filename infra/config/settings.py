"""The stack's configuration, parsed once into one frozen object; all problems in one error."""

import difflib
import json
import os
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import cast

import pulumi
import yaml
from pulumi.runtime import config as pulumi_config

from infra.config.changes import Put, commands
from infra.config.environment_name import environment_of
from infra.config.errors import Option, Problem, SettingsError, explain
from infra.config.findings import Finding, Refused
from infra.config.options import Settings
from infra.config.parsing import parse_options
from infra.config.secrets import HIDDEN, secrets_of
from infra.config.visible_secrets import visible_secrets
from infra.config.without_effect import without_effect

PROJECT_FILE = Path(__file__).resolve().parent.parent.parent / "Pulumi.yaml"

_REGION = r"[a-z]{2,4}(-[a-z]+)+-\d"


def load_settings() -> Settings:
    """Read the configuration of the running stack, and warn of options without effect.

    Raises:
        SettingsError: with all problems at once.
    """
    config = {**pulumi_config.get_config_env(), **pulumi_config.CONFIG.get()}
    settings = parse_settings(
        config,
        project=pulumi.get_project(),
        stack=pulumi.get_stack(),
        region=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"),
        secret_keys={key for key in config if pulumi_config.is_config_secret(key)},
    )
    for warning in without_effect(settings, load_schema()):
        pulumi.log.warn(warning)
    return settings


def parse_settings(
    config: Mapping[str, str],
    *,
    project: str,
    stack: str,
    region: str | None = None,
    secret_keys: Set[str] = frozenset(),
) -> Settings:
    """Turn a stack's configuration into settings.

    Args:
        config: by full key, such as `imagepipe:memoryMib` or `aws:region`, each as Pulumi's text.
        project: the namespace of the options.
        stack: names the environment when that option is empty.
        region: the region of the surroundings, for a stack without `aws:region`.
        secret_keys: the full keys of what was set with `--secret`, which only the CLI knows.

    Raises:
        SettingsError: with all problems at once.
    """
    schema = load_schema()
    own = _own_options(config, project, schema)
    secret_options = {key.removeprefix(f"{project}:") for key in secret_keys} & own.keys()
    secrets = secrets_of(own, secret_options, {key: each.type for key, each in schema.items()})
    region, hide = config.get("aws:region") or region, "aws:region" in secret_keys
    trial = _Trial(
        schema=schema,
        stack=stack,
        emulated=bool(config.get("aws:endpoints")),
        region="" if hide or region is None else region,
    )
    problems = [*_region_problems(region, hide=hide)]
    settings = None
    try:
        settings = trial.read(own)
    except Refused:
        problems += explain(own, trial.check, project=project, schema=schema, secrets=secrets)
    wrong = {re.split(r"[.\[]", problem.key)[0] for problem in problems}
    visible = visible_secrets(own, secrets, project=project, schema=schema)
    problems += [problem for problem in visible if problem.key not in wrong]
    if settings is None or problems:
        raise SettingsError(problems)
    return settings.with_secrets(secrets)


@dataclass(frozen=True, kw_only=True)
class _Trial:
    """Tries options, those of the stack or others in their place."""

    schema: Mapping[str, Option]
    stack: str
    emulated: bool
    region: str

    def read(self, chosen: Mapping[str, object]) -> Settings:
        """Return the settings.

        Raises:
            Refused: with all that is wrong.
        """
        values = {**{key: option.default for key, option in self.schema.items()}, **chosen}
        values["environment"] = values["environment"] or self.stack
        return parse_options(values, emulated=self.emulated, region=self.region)

    def check(self, chosen: Mapping[str, object]) -> Sequence[Finding]:
        """Return what is wrong, in the order of the schema."""
        try:
            self.read(chosen)
        except Refused as refused:
            found = sorted(refused.findings, key=self._position)
            return [_known(each, chosen, self.schema, self.stack) for each in found]
        return ()

    def _position(self, finding: Finding) -> int:
        keys = [*self.schema]
        return keys.index(finding.option) if finding.option in self.schema else len(keys)


def load_schema(path: Path = PROJECT_FILE) -> Mapping[str, Option]:
    """Read the options that a Pulumi project file declares, by key: the one place of defaults."""
    return _schema_of(path.read_text(encoding="utf-8"))


@cache
def _schema_of(text: str) -> Mapping[str, Option]:
    project = cast("Mapping[str, object]", yaml.load(text, yaml.CSafeLoader))
    declared = cast("Mapping[str, Mapping[str, object]]", project["config"])
    return {
        key: Option(
            type=str(spec["type"]), description=str(spec["description"]), default=spec["default"]
        )
        for key, spec in declared.items()
    }


def _own_options(
    config: Mapping[str, str], project: str, schema: Mapping[str, Option]
) -> Mapping[str, object]:
    texts = {
        key.removeprefix(f"{project}:"): text
        for key, text in config.items()
        if key.startswith(f"{project}:")
    }
    return {key: _decoded(text, schema.get(key)) for key, text in texts.items()}


def _decoded(text: str, option: Option | None) -> object:
    """Lists and objects arrive as JSON; text that is none is left for the model to refuse."""
    if option is None or option.type not in ("array", "object"):
        return text
    try:
        return cast("object", json.loads(text))
    except json.JSONDecodeError:
        return text


def _known(
    finding: Finding, chosen: Mapping[str, object], schema: Mapping[str, Option], stack: str
) -> Finding:
    """Add what the options themselves do not know: their names, and that of the stack."""
    if finding.option not in schema:
        near = tuple(difflib.get_close_matches(finding.option, schema, n=1))
        why = "no such option" + "".join(f", did you mean {name}?" for name in near)
        return replace(finding, why=why, names=near)
    if finding.option == "environment" and not chosen.get("environment"):
        why = f"is the stack's name, {stack}, which cannot be part of a physical name"
        return replace(finding, why=why, examples=(environment_of(stack),))
    return finding


def _region_problems(region: str | None, *, hide: bool) -> Sequence[Problem]:
    if region and re.fullmatch(_REGION, region):
        return ()
    near = "" if hide else re.sub(r"[\s_]+", "-", (region or "").strip().lower())
    near = re.sub(r"-?(\d)[a-z]?$", r"-\1", near)  # of eu-west1, or of the zone eu-west-1a
    fix = Put(("aws:region",), near if re.fullmatch(_REGION, near) else "us-east-1")
    return (
        Problem(
            key="aws:region",
            given=HIDDEN if hide else region or '""',
            why="the stack must name its region",
            allowed="a region of AWS",
            fix=commands([fix]),
        ),
    )
