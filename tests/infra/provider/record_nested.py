"""Writes nested.json anew from the schema of the Terraform provider that pulumi-aws is made from.

Run `python -m tests.infra.provider.record_nested` after an upgrade of pulumi-aws or with new types
of resources. Needs `terraform`, which downloads its provider `aws` (about 700 MB), unless
`TF_CLI_ARGS_init=-plugin-dir=<folder>` names a folder that has it.
"""

import json
import re
import shutil
import subprocess
import tempfile
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tests.infra.provider.optional_computed import (
    RECORDED,
    InputPath,
    class_of,
    outputs_of,
)
from tests.infra.provider.switches import SWITCHES
from tests.infra.provider.switching import run_both_ways

PROVIDER = "registry.terraform.io/hashicorp/aws"
MAIN = {"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}}}

Block = Mapping[str, Any]
"""A block of the schema: its attributes and the blocks inside of it."""


@dataclass(frozen=True)
class ProviderSchema:
    """The blocks of the provider's resources, by Terraform's name of the type."""

    version: str
    resources: Mapping[str, Mapping[str, Block]]

    @staticmethod
    def read() -> "ProviderSchema":
        """Let Terraform print it."""
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "main.tf.json").write_text(json.dumps(MAIN), encoding="utf-8")
            _terraform(folder, "init", "-input=false")
            versions = json.loads(_terraform(folder, "version", "-json"))
            schemas = json.loads(_terraform(folder, "providers", "schema", "-json"))
        return ProviderSchema(
            version=versions["provider_selections"][PROVIDER],
            resources=schemas["provider_schemas"][PROVIDER]["resource_schemas"],
        )

    def block(self, token: str) -> Block:
        """Return the schema of a type of Pulumi's, such as `aws:sqs/queue:Queue`."""
        _, place, name = token.split(":")
        module, kind = place.partition("/")[0], _snake(name)
        for prefix in (f"{_snake(module)}_", "", f"{_snake(module)}_bucket_"):
            if found := self.resources.get(f"aws_{prefix}{kind}"):
                return found["block"]
        raise LookupError(f"no resource of Terraform's is {token}")

    def nested(self, token: str) -> Sequence[str]:
        """Return the paths of what is optional and computed inside of blocks, on Pulumi's wire."""
        found = _in_blocks(self.block(token), class_of(token))
        return sorted(".".join(path) for path in found)


def optional_computed_attributes(block: Block) -> Iterator[str]:
    """Yield the names of such attributes of one block. Blocks do not say so in this schema."""
    for name, attribute in block.get("attributes", {}).items():
        if attribute.get("optional") and attribute.get("computed"):
            yield name


def _in_blocks(block: Block, kind: type[object]) -> Iterator[InputPath]:
    outputs = outputs_of(kind)
    for terraform_name, nested in block.get("block_types", {}).items():
        name = wire_name(terraform_name, outputs)
        inner = name and _block_type(outputs[name])
        if name is None or not inner:  # such as `timeouts`, which Pulumi has as a resource option
            continue
        for attribute in optional_computed_attributes(nested["block"]):
            if inner_name := wire_name(attribute, outputs_of(inner)):
                yield (name, inner_name)
        yield from ((name, *path) for path in _in_blocks(nested["block"], inner))


def wire_name(terraform_name: str, outputs: Mapping[str, object]) -> str | None:
    """Return what Pulumi calls an attribute or a block, which is plural if it can be repeated."""
    first, *rest = terraform_name.split("_")
    name = first + "".join(part.capitalize() for part in rest)
    plurals = (name, f"{name}s", f"{name}es", f"{name.removesuffix('y')}ies")
    return next((each for each in plurals if each in outputs), None)


def _block_type(kind: object) -> type[object] | None:
    """Return the class of a block in `Output[Sequence[outputs.Rule]]` and the like."""
    if isinstance(kind, type) and kind.__module__.endswith(".outputs"):
        return cast("type[object]", kind)
    return next(filter(None, map(_block_type, typing.get_args(kind))), None)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _terraform(folder: str, *arguments: str) -> str:
    program = shutil.which("terraform")
    if program is None:
        raise FileNotFoundError("terraform is not installed")
    done = subprocess.run(
        [program, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


def _registered_types() -> Sequence[str]:
    """Return AWS's types of resources that the program registers under any of the switches."""
    runs = (
        deployment
        for base, switch in SWITCHES.values()
        for pair in run_both_ways(base, switch)
        for deployment in pair
    )
    return sorted({each.type for run in runs for each in run.resources if "aws:" in each.type})


def main() -> None:
    """Write the file."""
    schema = ProviderSchema.read()
    recorded = {
        "provider": f"hashicorp/aws {schema.version}",
        "nested": {token: schema.nested(token) for token in _registered_types()},
    }
    RECORDED.write_text(json.dumps(recorded, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
