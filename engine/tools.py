"""Find Pulumi's CLI and the Terraform AWS provider on this machine."""

import os
import platform
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import MissingToolError

CLI_VERSION = "3.274.1"
"""The version that is built where there is none."""

PROVIDER_FOLDER = "registry.terraform.io/hashicorp/aws"
"""Place of the provider's versions in a mirror:
https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories"""

PROCESSORS = {"x86_64": "amd64", "aarch64": "arm64"}
"""Go's names of processors, by the kernel's."""

NO_CLI = (
    "no Pulumi CLI on PATH, in $PULUMI_BIN or built before, and no Go on PATH to build it with"
    " (install either: https://www.pulumi.com/docs/install/ or https://go.dev/doc/install)"
)
NO_PROVIDER = (
    "no Terraform AWS provider in $TF_AWS_PROVIDER or in a mirror of Terraform (unpack a zip from"
    " https://releases.hashicorp.com/terraform-provider-aws/ and set TF_AWS_PROVIDER to the program"
    " in it)"
)


@dataclass(frozen=True, kw_only=True)
class Tools:
    """The programs that the check needs."""

    cli: Path | None
    """Pulumi's CLI; None if it must be built."""
    go: Path | None
    provider: Path


def find_tools(variables: Mapping[str, str], home: Path) -> Tools:
    """Find the programs.

    Args:
        variables: those of the environment.
        home: the user's home directory.

    Raises:
        MissingToolError: If one is missing. Names all that are, and what to install.
    """
    cli = find_cli(variables, home)
    go = shutil.which("go", path=variables.get("PATH", ""))
    provider = find_provider(variables, home)
    missing = [NO_CLI] if cli is None and go is None else []
    if provider is None:
        missing.append(NO_PROVIDER)
    if provider is None or missing:
        raise MissingToolError(f"skipped: {'; '.join(missing)}")
    return Tools(cli=cli, go=Path(go) if go else None, provider=provider)


def find_cli(variables: Mapping[str, str], home: Path) -> Path | None:
    """Return Pulumi's CLI: that of $PULUMI_BIN (a program or its folder), on PATH, or built."""
    if named := variables.get("PULUMI_BIN"):
        path = Path(named) / "pulumi" if Path(named).is_dir() else Path(named)
        return _program("PULUMI_BIN", path)
    if found := shutil.which("pulumi", path=variables.get("PATH", "")):
        return Path(found)
    built = built_cli(variables, home)
    return built if built.exists() else None


def built_cli(variables: Mapping[str, str], home: Path) -> Path:
    """Return where the CLI is kept once it has been built."""
    cache = variables.get("XDG_CACHE_HOME") or home / ".cache"
    return Path(cache, "imagepipe", f"pulumi-{CLI_VERSION}", "pulumi")


def find_provider(variables: Mapping[str, str], home: Path) -> Path | None:
    """Return $TF_AWS_PROVIDER, or the newest version in Terraform's mirrors for this machine."""
    if named := variables.get("TF_AWS_PROVIDER"):
        return _program("TF_AWS_PROVIDER", Path(named))
    system = f"linux_{PROCESSORS.get(platform.machine(), platform.machine())}"
    found = [
        path
        for mirror in mirrors(variables, home)
        for path in (mirror / PROVIDER_FOLDER).glob(f"*/{system}/terraform-provider-aws*")
        if os.access(path, os.X_OK)
    ]
    return max(found, key=_version, default=None)


def mirrors(variables: Mapping[str, str], home: Path) -> Iterator[Path]:
    """Yield the folders in which Terraform looks for providers or keeps them."""
    if cache := variables.get("TF_PLUGIN_CACHE_DIR"):
        yield Path(cache)
    file = Path(variables.get("TF_CLI_CONFIG_FILE") or home / ".terraformrc")
    if file.is_file():
        yield from configured_mirrors(file.read_text(encoding="utf-8"), home)
    yield home / ".terraform.d" / "plugins"
    data_home = variables.get("XDG_DATA_HOME") or str(home / ".local" / "share")
    data_folders = variables.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    for folder in (data_home, *data_folders.split(":")):
        yield Path(folder, "terraform", "plugins")


def configured_mirrors(text: str, home: Path) -> Sequence[Path]:
    """Return the folders that a configuration file of Terraform names."""
    caches = re.findall(r'^\s*plugin_cache_dir\s*=\s*"([^"]+)"', text, re.MULTILINE)
    folders = re.findall(r'filesystem_mirror\s*\{[^}]*?\bpath\s*=\s*"([^"]+)"', text)
    return [Path(each.replace("$HOME", str(home))) for each in (*caches, *folders)]


def _program(variable: str, path: Path) -> Path:
    if not (path.is_file() and os.access(path, os.X_OK)):
        raise MissingToolError(f"skipped: {variable} is set, but {path} is not a program")
    return path


def _version(program: Path) -> list[int]:
    """Return the version from a provider's folder, `VERSION/SYSTEM/PROGRAM`."""
    return [int(number) for number in re.findall(r"\d+", program.parent.parent.name)]
