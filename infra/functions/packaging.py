"""Builds what Lambda runs: the layer of locked wheels and the archive of the handler's source.

Archives hold the same bytes for the same input, so that nothing is deployed without a change, and
are kept by a hash of their input, so that nothing is built twice.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pulumi

from handler.contract import WATERMARKS_FOLDER

REPOSITORY = Path(__file__).resolve().parent.parent.parent
HANDLER = REPOSITORY / "handler"
LAYER_REQUIREMENTS = HANDLER / "requirements.txt"
BUILD_DIR = Path("build")

NEWEST_GLIBC_MINOR = 34
"""Amazon Linux 2023, under all runtimes since python3.12, has glibc 2.34.
https://docs.aws.amazon.com/linux/al2023/ug/compare-with-al2.html"""

OLDEST_GLIBC_MINOR = 17
"""The oldest glibc that manylinux wheels of today are built for (PEP 599)."""

MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
"""Lambda's name of an architecture: the one in wheel tags (PEP 600)."""

NO_WATERMARKS: Mapping[str, bytes] = {}

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip file can hold, given to every member."""


class PackagingError(pulumi.RunError):
    """The layer cannot be built. Pulumi prints a RunError without a traceback."""


def build_layer(
    *,
    runtime: str,
    architecture: str,
    requirements: Path = LAYER_REQUIREMENTS,
    build_dir: Path = BUILD_DIR,
) -> Path:
    """Build the layer's zip from hash-locked wheels for the function's own platform.

    Needs neither Docker nor a compiler: wheels are only downloaded and unpacked.

    Args:
        runtime: such as `python3.13`.
        architecture: `arm64` or `x86_64`.
        requirements: a pip requirements file with hashes.
        build_dir: where archives are kept.

    Raises:
        PackagingError: when a wheel cannot be had.
    """
    key = _fingerprint([requirements.read_bytes(), runtime.encode(), architecture.encode()])
    target = build_dir / f"layer-{runtime}-{architecture}-{key}.zip"
    if not target.exists():
        with tempfile.TemporaryDirectory() as scratch:
            packages = Path(scratch) / "python"
            _install(requirements, packages, runtime, architecture)
            _write_zip(target, Path(scratch), sorted(_layer_files(packages)))
    return target


def build_function(
    *,
    source: Path = HANDLER,
    build_dir: Path = BUILD_DIR,
    watermarks: Mapping[str, bytes] = NO_WATERMARKS,
) -> Path:
    """Build the function's zip from the handler's source files and colour profiles.

    Args:
        source: the handler's folder.
        build_dir: where archives are kept.
        watermarks: PNGs by name, which handler/delivery/watermark_images.py looks for.
    """
    files = sorted(path for path in source.rglob("*") if path.suffix in (".py", ".icc"))
    key = _fingerprint(
        part
        for path in files
        for part in (str(path.relative_to(source)).encode(), path.read_bytes())
    )
    if watermarks:
        key = _fingerprint([key.encode(), *(name.encode() for name in sorted(watermarks))])
    target = build_dir / f"function-{key}.zip"
    if not target.exists():
        extra = {f"{WATERMARKS_FOLDER}/{name}.png": watermarks[name] for name in sorted(watermarks)}
        _write_zip(target, source.parent, files, extra)
    return target


def _fingerprint(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]


def _install(requirements: Path, packages: Path, runtime: str, architecture: str) -> None:
    """Unpack the wheels with pip, which knows the user's package index."""
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--target", str(packages), "--requirement", str(requirements)),
        *("--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-compile"),
        *("--implementation", "cp", "--python-version", runtime.removeprefix("python")),
        *_platform_options(architecture),
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        said = "\n".join(f"  {line}" for line in result.stderr.strip().splitlines()[-6:])
        raise PackagingError(
            f"the layer for {runtime} on {architecture} cannot be built: pip could not get the"
            f" wheels that {requirements.name} locks. pip said:\n{said}\n"
            "Check the connection to the package index; or, where a wheel does not exist for this"
            " platform, choose another:\n"
            "  pulumi config set imagepipe:runtime python3.13\n"
            "  pulumi config set imagepipe:architecture arm64"
        )


def _platform_options(architecture: str) -> Sequence[str]:
    """Every platform tag that the runtime can load, newest first."""
    machine = MACHINES[architecture]
    minors = range(NEWEST_GLIBC_MINOR, OLDEST_GLIBC_MINOR - 1, -1)
    tags = [f"manylinux_2_{minor}_{machine}" for minor in minors] + [f"manylinux2014_{machine}"]
    return [word for tag in tags for word in ("--platform", tag)]


def _layer_files(packages: Path) -> Iterable[Path]:
    """All that the wheels hold; not what pip notes of its own work, nor command-line scripts."""
    for path in packages.rglob("*"):
        noted = path.parent.suffix == ".dist-info" and path.name in (
            "RECORD",
            "INSTALLER",
            "REQUESTED",
        )
        if path.is_file() and not noted and path.relative_to(packages).parts[0] != "bin":
            yield path


def _write_zip(
    target: Path, root: Path, files: Sequence[Path], extra: Mapping[str, bytes] = NO_WATERMARKS
) -> None:
    """Write an archive whose bytes depend on names and contents only, and only when complete."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    members = {path.relative_to(root).as_posix(): path for path in files}
    with zipfile.ZipFile(partial, "w") as archive:
        for name in [*members, *extra]:
            member = zipfile.ZipInfo(name, EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            data = extra[name] if name in extra else members[name].read_bytes()
            archive.writestr(member, data)
    partial.replace(target)
