"""Write archives, such as the code of a function, as the zip files that the provider reads."""

import base64
import io
import os
import shutil
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from engine.bridge.wire import ASSET, SIGNATURE, Properties, is_archive

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip file can hold, given to every member."""


def with_zip_files(inputs: Properties, folder: Path) -> Properties:
    """Return inputs with the archives among them replaced by arguments for a file and its hash."""
    result = dict(inputs)
    for key in [key for key, value in inputs.items() if is_archive(value)]:
        archive = result.pop(key)
        result["filename"] = str(zip_file(archive, folder))
        result["sourceCodeHash"] = base64.b64encode(bytes.fromhex(archive["hash"])).decode()
    return result


def zip_file(archive: Properties, folder: Path) -> Path:
    """Return an archive's zip file, named by its hash.

    Of an archive that has not changed, the engine passes only the hash.
    """
    target = folder / f"{archive['hash']}.zip"
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
    source = Path(archive.get("path", ""))
    if source.is_file():
        shutil.copyfile(source, partial)
    else:
        partial.write_bytes(_zipped(archive))
    partial.replace(target)
    return target


def _zipped(archive: Properties) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in _members(archive, ""):
            written.writestr(zipfile.ZipInfo(name, EPOCH), data)
    return buffer.getvalue()


def _members(value: Properties, place: str) -> Iterator[tuple[str, bytes]]:
    path = value.get("path")
    if value[SIGNATURE] == ASSET:
        yield place, Path(path).read_bytes() if path else str(value.get("text", "")).encode()
    elif path:
        root = Path(path)
        for file in sorted(each for each in root.rglob("*") if each.is_file()):
            yield f"{place}/{file.relative_to(root)}".lstrip("/"), file.read_bytes()
    else:
        inner = cast("dict[str, Any]", value.get("assets", {}))
        for name, item in sorted(inner.items()):
            yield from _members(item, f"{place}/{name}".lstrip("/"))
