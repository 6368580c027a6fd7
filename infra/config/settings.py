"""The stack's configuration, parsed once into one frozen object; all problems in one error."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import pulumi
import yaml
from pulumi.runtime import config as pulumi_config
from pydantic import ValidationError

from infra.config.errors import Option, Problem, SettingsError, problems_of
from infra.config.options import Settings

PROJECT_FILE = Path(__file__).resolve().parent.parent.parent / "Pulumi.yaml"


def load_settings() -> Settings:
    """Read the configuration of the running stack.

    Raises:
        SettingsError: with all problems at once.
    """
    return parse_settings(
        {**pulumi_config.get_config_env(), **pulumi_config.CONFIG.get()},
        project=pulumi.get_project(),
        stack=pulumi.get_stack(),
        region=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"),
    )


def parse_settings(
    config: Mapping[str, str], *, project: str, stack: str, region: str | None = None
) -> Settings:
    """Turn a stack's configuration into settings.

    Args:
        config: by full key, such as `imagepipe:memoryMib` or `aws:region`, each as Pulumi's text.
        project: the namespace of the options.
        stack: names the environment when that option is empty.
        region: the region of the surroundings, for a stack without `aws:region`.

    Raises:
        SettingsError: with all problems at once.
    """
    schema = load_schema()
    values = {key: option.default for key, option in schema.items()} | {
        key.removeprefix(f"{project}:"): _decoded(text, schema.get(key.removeprefix(f"{project}:")))
        for key, text in config.items()
        if key.startswith(f"{project}:")
    }
    values["environment"] = values["environment"] or stack
    problems = list(_region_problems(config.get("aws:region") or region))
    try:
        settings = Settings.model_validate(
            values, context={"emulated": bool(config.get("aws:endpoints"))}
        )
    except ValidationError as error:
        problems += problems_of(error, project=project, schema=schema)
        raise SettingsError(problems) from None
    if problems:
        raise SettingsError(problems)
    return settings


def load_schema(path: Path = PROJECT_FILE) -> dict[str, Option]:
    """Read the options that a Pulumi project file declares, by key: the one place of defaults."""
    project = cast("Mapping[str, object]", yaml.safe_load(path.read_text(encoding="utf-8")))
    declared = cast("Mapping[str, Mapping[str, object]]", project["config"])
    return {
        key: Option(
            type=str(spec["type"]), description=str(spec["description"]), default=spec["default"]
        )
        for key, spec in declared.items()
    }


def _decoded(text: str, option: Option | None) -> object:
    """Lists and objects arrive as JSON; text that is none is left for the model to refuse."""
    if option is None or option.type not in ("array", "object"):
        return text
    try:
        return cast("object", json.loads(text))
    except json.JSONDecodeError:
        return text


def _region_problems(region: str | None) -> Sequence[Problem]:
    if region and re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", region):
        return ()
    return (
        Problem(
            key="aws:region",
            given=region or '""',
            why="the stack must say where it lives",
            allowed="a region of AWS",
            mend="pulumi config set aws:region us-east-1",
        ),
    )
