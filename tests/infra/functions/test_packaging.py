"""Proves that archives are complete, repeatable and for the right platform.

The layers are built from the package index, as `pulumi up` builds them.
"""

import zipfile
from pathlib import Path

import pytest

from infra.functions.packaging import PackagingError, build_function, build_layer

ELF_MACHINES = {"x86_64": 0x3E, "arm64": 0xB7}
"""e_machine of an ELF header, at offset 18: System V ABI, EM_X86_64 and EM_AARCH64."""


@pytest.fixture(scope="module", params=["arm64", "x86_64"])
def architecture(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def layer(architecture: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_layer(
        runtime="python3.13",
        architecture=architecture,
        build_dir=tmp_path_factory.mktemp("layer"),
    )


def test_two_builds_of_a_layer_have_the_same_bytes(
    architecture: str, layer: Path, tmp_path: Path
) -> None:
    again = build_layer(runtime="python3.13", architecture=architecture, build_dir=tmp_path)
    assert again.name == layer.name
    assert again.read_bytes() == layer.read_bytes()


def test_a_layer_holds_pillow_compiled_for_the_functions_python_and_processor(
    architecture: str, layer: Path
) -> None:
    with zipfile.ZipFile(layer) as archive:
        core = next(name for name in archive.namelist() if name.startswith("python/PIL/_imaging."))
        header = archive.read(core)[:20]
    assert "cpython-313" in core
    assert header[:4] == b"\x7fELF"
    assert int.from_bytes(header[18:20], "little") == ELF_MACHINES[architecture]


def test_a_layer_that_was_built_is_not_built_again(architecture: str, layer: Path) -> None:
    before = layer.stat().st_mtime_ns
    again = build_layer(runtime="python3.13", architecture=architecture, build_dir=layer.parent)
    assert (again, again.stat().st_mtime_ns) == (layer, before)


def test_another_lock_makes_another_layer(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    names: set[str] = set()
    for content in ("", "# changed\n"):
        lock.write_text(content)
        layer = build_layer(
            runtime="python3.13", architecture="arm64", requirements=lock, build_dir=tmp_path
        )
        names.add(layer.name)
    assert len(names) == 2


@pytest.mark.parametrize(
    ("requirement", "said"),
    [
        ("pillow==13.0.0 --hash=sha256:" + "0" * 64, "THESE PACKAGES DO NOT MATCH THE HASHES"),
        ("pillow==13.0.0", "Hashes are required"),
        ("no-such-package-of-imagepipe==1 --hash=sha256:" + "0" * 64, "No matching distribution"),
    ],
    ids=["wrong hash", "no hash", "no wheel"],
)
def test_a_wheel_that_cannot_be_had_ends_in_one_clear_error_and_no_archive(
    tmp_path: Path, requirement: str, said: str
) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text(requirement)
    with pytest.raises(PackagingError) as caught:
        build_layer(
            runtime="python3.13", architecture="arm64", requirements=lock, build_dir=tmp_path
        )
    assert "the layer for python3.13 on arm64 cannot be built" in str(caught.value)
    assert said in str(caught.value)
    assert "pulumi config set imagepipe:runtime" in str(caught.value)
    assert list(tmp_path.glob("*.zip")) == []


def test_the_function_archive_holds_source_and_profiles_and_nothing_else(tmp_path: Path) -> None:
    source = tmp_path / "handler"
    (source / "__pycache__").mkdir(parents=True)
    (source / "app.py").write_text("x = 1\n")
    (source / "inks.icc").write_bytes(b"a profile")
    (source / "requirements.txt").write_text("")
    (source / "py.typed").write_text("")
    (source / "__pycache__" / "app.cpython-313.pyc").write_bytes(b"")
    with zipfile.ZipFile(build_function(source=source, build_dir=tmp_path)) as archive:
        assert archive.namelist() == ["handler/app.py", "handler/inks.icc"]


def test_the_function_archive_changes_with_the_source_and_only_then(tmp_path: Path) -> None:
    source = tmp_path / "handler"
    source.mkdir()
    module = source / "app.py"
    module.write_text("x = 1\n")
    first = build_function(source=source, build_dir=tmp_path / "first")
    module.touch()
    second = build_function(source=source, build_dir=tmp_path / "second")
    assert (first.name, first.read_bytes()) == (second.name, second.read_bytes())
    module.write_text("x = 2\n")
    assert build_function(source=source, build_dir=tmp_path / "first").name != first.name
