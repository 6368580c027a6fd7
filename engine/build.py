"""Build Pulumi's CLI from its Go module, once for each version."""

import os
import subprocess
import tempfile
from pathlib import Path

from engine.tools import CLI_VERSION
from local.errors import LocalStackError

MODULE = "github.com/pulumi/pulumi/pkg/v3"
VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
SHOWN_LINES = 10


def build_cli(go: Path, target: Path) -> Path:
    """Build the CLI, in some minutes, and return it.

    Raises:
        LocalStackError: If Go cannot download or compile it.
    """
    print(f"building Pulumi's CLI {CLI_VERSION} with {go}, once, in some minutes", flush=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        folder = Path(scratch)
        built = folder / "pulumi"
        package = f"{MODULE}/cmd/pulumi"
        stamp = f"-s -w -X {VERSION_VARIABLE}=v{CLI_VERSION}"
        _run(folder, str(go), "mod", "init", "imagepipe/engine")
        _run(folder, str(go), "get", "-tool", f"{package}@v{CLI_VERSION}")
        _run(folder, str(go), "build", "-ldflags", stamp, "-o", str(built), package)
        built.replace(target)  # at once, so that a build that was killed leaves no program
    return target


def _run(folder: Path, *command: str) -> None:
    environment = {**os.environ, "GOFLAGS": "-mod=mod -buildvcs=false", "CGO_ENABLED": "0"}
    ended = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if ended.returncode != 0:
        said = "\n".join(ended.stderr.strip().splitlines()[-SHOWN_LINES:])
        raise LocalStackError(f"Pulumi's CLI cannot be built; `{' '.join(command)}`:\n{said}")
